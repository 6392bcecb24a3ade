export { inference, type Context } from "./context.ts";
export { adapterChanges, Dense, type DenseAdapter, type DenseOptions } from "./dense.ts";
export { dispose } from "./dispose.ts";
export { Dropout } from "./dropout.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { escapeControls } from "./escape-controls.ts";
export { freeze, unfreeze, type PathPredicate } from "./freeze.ts";
export { Lora, LoraAdapter, type LoraAdapterOptions, type LoraOptions } from "./lora.ts";
export { normal, ones, truncatedNormal, zeros, type Initializer } from "./initializers.ts";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.ts";
export { matchPattern } from "./names/name-pattern.ts";
export {
  type NamedVariable,
  nameOfPath,
  type NameRule,
  pathOfName,
  type Prefixes,
  prefixRules,
} from "./names/name-rule.ts";
export { parameter } from "./parameter.ts";
export { recompute, type Computation } from "./recompute.ts";
export { Rng, type RandomSource, type RngState } from "./rng.ts";
export { countParameters, summary, type ParameterCount } from "./summary.ts";
export { trainableVariables, variables } from "./variables.ts";
export { withoutDraws } from "./without-draws.ts";
