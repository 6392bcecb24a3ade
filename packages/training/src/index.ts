export { adamW, isDecayedByDefault, type AdamWOptions } from "./adam-w.ts";
export { clipScale, globalNorm } from "./clip.ts";
export { nadam, type NadamOptions } from "./nadam.ts";
export type { Optimizer, OptimizerState } from "./optimizer.ts";
export { ProgressLine, type ProgressOptions } from "./progress-line.ts";
export { constant, googleWarmupDecay, warmupLinearDecay, type Schedule, type WarmupOptions } from "./schedule.ts";
export { train, type LossResult, type TrainOptions, type TrainStep } from "./train.ts";
export { restoreTrainingState, trainingState, type TrainingParts, type TrainingState } from "./training-state.ts";
