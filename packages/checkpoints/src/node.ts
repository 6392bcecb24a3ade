export { localFolder, type LocalFolder, type LocalFolderOptions } from "./folders/local-folder.ts";
export { makeFolder } from "./folders/make-folder.ts";
export { type LockHolder, type ProcessLock, takeLock } from "./folders/process-lock.ts";
export { removeLeftovers, type RemoveLeftoversOptions } from "./folders/temporary-file.ts";
export { hubFolder } from "./hub/hub-folder.ts";
export { type DownloadProgress, type HubFolderOptions, type HubSettings } from "./hub/hub-options.ts";
