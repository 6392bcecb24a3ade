export { chromium, chromiumFlags, softwareVulkan } from "./chromium.ts";
export { sharedData, sharedModels } from "./shared-folders.ts";
