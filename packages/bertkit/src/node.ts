// For training programs in Node: a run folder that survives crashes, when to save, and how to stop.
export { Autosave, type AutosaveOptions } from "./run/autosave.ts";
export { RunFolder, type RunFolderOptions } from "./run/run-folder.ts";
export { RunFolderError, type RunFolderErrorCode } from "./run/run-folder-error.ts";
export { type SavedStage, type StageState } from "./run/saved-stage.ts";
export { StopRequest, type StopRequestOptions } from "./run/stop-request.ts";
