import { createBert, type Bert, type BertConfig } from "@bertkit/encoder";
import { Rng, variables } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";

import { startPositionsAsSinusoids } from "./sinusoidal-positions.ts";

/** An encoder with the two heads that pretraining needs. */
export interface PretrainingModel {
  encoder: Bert;
  maskedLmHead: MaskedLmHead;
  nextSentenceHead: NextSentenceHead;
}

/** A model that has learnt nothing but how often each token occurs. */
export function createPretrainingModel(config: BertConfig, rng: Rng, logFrequencies: Float32Array): PretrainingModel {
  const encoder = createBert(config, rng);
  startPositionsAsSinusoids(encoder, config.initializerRange);
  const maskedLmHead = new MaskedLmHead({ ...config, encoder, rng, outputBias: logFrequencies });
  const nextSentenceHead = new NextSentenceHead({ ...config, encoder, rng });
  return { encoder, maskedLmHead, nextSentenceHead };
}

/** A model of its own with the same weights. */
export function copyOfModel(model: PretrainingModel, config: BertConfig): PretrainingModel {
  const encoder = copyOfEncoder(model.encoder, config);
  const parts = { ...config, encoder, rng: new Rng(0) };
  const copy = { encoder, maskedLmHead: new MaskedLmHead(parts), nextSentenceHead: new NextSentenceHead(parts) };
  copyWeights(model, copy);
  return copy;
}

export function copyOfEncoder(encoder: Bert, config: BertConfig): Bert {
  const copy = createBert(config, new Rng(0));
  copyWeights(encoder, copy);
  return copy;
}

function copyWeights(from: object, to: object): void {
  const source = variables(from);
  for (const [path, variable] of variables(to)) variable.assign(source.get(path)!);
}
