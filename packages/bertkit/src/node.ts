// For training programs in Node: a run folder that survives crashes, when to save, and how to stop.
export { Autosave, type AutosaveOptions } from "./run/autosave.ts";
export { LiveLine, type LiveOutput } from "./run/live-line.ts";
export { mpiGroup, type MpiGroup, type MpiGroupOptions } from "./run/mpi-group.ts";
export { pretrain } from "./pretrain/pretrain.ts";
export type { PretrainEvaluation, PretrainOptions, PretrainResult } from "./pretrain/pretrain-options.ts";
export type { PretrainSettings } from "./pretrain/pretrain-settings.ts";
export { pretrainSettings } from "./pretrain/settings-of-recipe.ts";
export { type PretrainRecipe, pretrainRecipes } from "./pretrain/recipes.ts";
export { RunFolder, type RunFolderOptions } from "./run/run-folder.ts";
export { RunFolderError, type RunFolderErrorCode } from "./run/run-folder-error.ts";
export { type SavedStage, type StageState } from "./run/saved-stage.ts";
export { TensorBoardLog } from "./run/tensor-board-log.ts";
export { StopRequest, type StopRequestOptions } from "./run/stop-request.ts";
export { InstanceMaker } from "./data/instance-maker.ts";
export type { InstanceSettings } from "./data/instance-settings.ts";
export { readShards, type ReadShardsOptions } from "./data/read-shards.ts";
