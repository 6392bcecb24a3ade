export { adafactor, type AdafactorOptions } from "./adafactor.ts";
export { adamMoments, type AdamMomentsOptions, type Betas } from "./adam-moments.ts";
export { adamW, type AdamWDialect, type AdamWOptions } from "./adam-w.ts";
export { broadcastTrainingState } from "./broadcast-training-state.ts";
export { clipByGlobalNorm, clipScale, globalNorm } from "./clip.ts";
export { decayWeights, isDecayedByDefault } from "./decay.ts";
export type { LossResult } from "./gradients-of.ts";
export type { Group } from "./group.ts";
export { lamb, type LambOptions } from "./lamb.ts";
export { LossScaler, type LossScalerOptions, type LossScalerState } from "./loss-scaler.ts";
export { muon, type MuonOptions } from "./muon.ts";
export { nadam, type NadamOptions } from "./nadam.ts";
export { nadamMoments } from "./nadam-moments.ts";
export type { Optimizer, OptimizerState } from "./optimizer.ts";
export { optimizerByPath, type OptimizerPart } from "./optimizer-by-path.ts";
export { optimizerOf, type OptimizerParts } from "./optimizer-of.ts";
export { orthogonalMomentum, type OrthogonalMomentumOptions } from "./orthogonal-momentum.ts";
export { orthogonalize } from "./orthogonalize.ts";
export { ProgressLine, type ProgressOptions } from "./progress-line.ts";
export {
  constant,
  googleWarmupDecay,
  warmupConstant,
  warmupCosineDecay,
  warmupLinearDecay,
  warmupPolynomialDecay,
  warmupTrapezoid,
  type PolynomialOptions,
  type Schedule,
  type TrapezoidOptions,
  type WarmupOptions,
} from "./schedule.ts";
export { layerwiseRates, scaleByRate, type LayerwiseRatesOptions, type RateOf } from "./rate.ts";
export { scaleByTrustRatio } from "./trust-ratio.ts";
export { sgd, sumWithMomentum, type SgdOptions } from "./sgd.ts";
export { changeEach, type Changes, type SlotShape, type Transform, type UpdateStep } from "./transform.ts";
export { train, type TrainOptions, type TrainStep } from "./train.ts";
export {
  restoreTrainingState,
  trainingState,
  type SavedTrainingState,
  type TrainingParts,
  type TrainingState,
} from "./training-state.ts";
