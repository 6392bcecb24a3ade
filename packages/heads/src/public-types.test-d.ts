// Compiled, never run: heads over the pooled vector reject encoders without a pooler.
import type { Bert, Encoder } from "@bertkit/encoder";
import type { Rng } from "@bertkit/nn";
import { LayerFeatures, MultipleChoice, SequenceClassifier, TokenClassifier } from "./index.ts";

declare const bert: Bert;
declare const any: Encoder;
declare const rng: Rng;
declare const labels: string[];

export const classifier: SequenceClassifier<Bert> = new SequenceClassifier({ encoder: bert, labels, rng });
export const custom: SequenceClassifier = new SequenceClassifier({ encoder: any, labels, rng });
export const choice: MultipleChoice<Bert> = new MultipleChoice({ encoder: bert, rng });

const encoder = new LayerFeatures({ encoder: bert });
export const tokens: TokenClassifier<LayerFeatures<Bert>> = new TokenClassifier({ encoder, labels, rng });
// @ts-expect-error LayerFeatures has no pooler
export const unpooled = (): unknown => new SequenceClassifier({ encoder, labels, rng });
// @ts-expect-error LayerFeatures has no pooler
export const unpooledChoice = (): unknown => new MultipleChoice({ encoder, rng });
