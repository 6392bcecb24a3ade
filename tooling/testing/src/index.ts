export { sharedData, sharedModels } from "./shared-folders.ts";
