import { createBert, startWithNeighborAttention } from "@bertkit/encoder";
import type { Rng } from "@bertkit/nn";
import { logUnigramFrequencies, MaskedLmHead, NextSentenceHead, pretrainingVocabulary } from "@bertkit/pretraining";
import type { PretrainedParts } from "../model/pretrained.ts";
import type { OpenedSource } from "./open-pretraining-source.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { configOf } from "./recipes.ts";

export type PretrainingParts = PretrainedParts & { readonly maskedLm: MaskedLmHead };

/** A new encoder with its heads. */
export async function createPretrainingParts(
  { source, tokenizer }: OpenedSource,
  settings: PretrainSettings,
  rng: Rng,
): Promise<PretrainingParts> {
  const config = configOf(settings, pretrainingVocabulary(tokenizer).size);
  const { informedStart, checkpointing } = settings;
  const encoder = createBert(config, rng, { checkpoint: checkpointing });
  const outputBias = informedStart
    ? logUnigramFrequencies(await source.countTokens(config.vocabularySize))
    : new Float32Array(config.vocabularySize);
  if (informedStart)
    startWithNeighborAttention(encoder, { offsets: [-1, 1].slice(0, config.attentionHeads), positionScale: 1.14 });
  const head = new MaskedLmHead({ ...config, encoder, rng, outputBias });
  const pairHead = settings.nextSentence ? new NextSentenceHead({ ...config, encoder, rng }) : undefined;
  return { config, tokenizer, encoder, maskedLm: head, ...(pairHead && { nextSentence: pairHead }) };
}

/** The parts that have variables. */
export function modelOf({ encoder, maskedLm: head, nextSentence: pairHead }: PretrainingParts): object {
  return { encoder, maskedLm: head, nextSentence: pairHead };
}
