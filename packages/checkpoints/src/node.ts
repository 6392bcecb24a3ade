export { localFolder, type LocalFolder } from "./folders/local-folder.ts";
export { hubFolder } from "./hub/hub-folder.ts";
export { type DownloadProgress, type HubFolderOptions, type HubSettings } from "./hub/hub-options.ts";
