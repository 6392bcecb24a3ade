export { localFolder, type LocalFolder } from "./folders/local-folder.ts";
export { type DownloadProgress } from "./hub/download.ts";
export { hubFolder, type HubFolderOptions } from "./hub/hub-folder.ts";
export { type HubSettings } from "./hub/hub-settings.ts";
