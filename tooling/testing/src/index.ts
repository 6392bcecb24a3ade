export { chromium, chromiumFlags, softwareVulkan } from "./chromium.ts";
export { findFloat16Vulkan, float16Missing } from "./float16-vulkan.ts";
export { hubCommit, loopbackHub, olderHubCommit, type LoopbackHub, type LoopbackHubOptions } from "./loopback-hub.ts";
export { pythonWhiteSpace } from "./python-white-space.ts";
export { sharedData, sharedModels } from "./shared-folders.ts";
export { stopAtFileOperation } from "./stop-at-file-operation.ts";
export { watchFileOperations } from "./watch-file-operations.ts";
