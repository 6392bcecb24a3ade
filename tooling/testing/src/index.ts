export { chromium, chromiumFlags, swiftShaderDriver } from "./chromium.ts";
export { sharedData, sharedModels } from "./shared-folders.ts";
