import { checkObject } from "@bertkit/checks";
import { type Bert, BertEncoder, Pooler } from "@bertkit/encoder";
import type { Rng } from "@bertkit/nn";
import type { PretrainedParts } from "../model/pretrained.ts";

/**
 * A model's encoder, with a pooler for heads that read the pooled vector, or without one for the others, as Hugging Face
 * builds them; and the config that says so. The variables stay shared with the model's; a pooler that it lacks is new.
 */
export function withPooler(
  model: Pick<PretrainedParts, "config" | "encoder">,
  pooler: boolean,
  rng: Rng,
): Pick<PretrainedParts, "config" | "encoder"> {
  checkObject("withPooler", "model", model, "{ config, encoder }", "config", "encoder");
  const { config, encoder } = model;
  if ((encoder.pooler !== undefined) === pooler) return { config, encoder };
  const { hiddenSize, embeddings, layers, finalNorm, checkpoint } = encoder;
  const { initializerRange } = config;
  const made: Bert = new BertEncoder({
    hiddenSize,
    embeddings,
    layers: [...layers],
    finalNorm,
    checkpoint,
    pooler: pooler ? new Pooler({ size: hiddenSize, initializerRange, rng }) : undefined,
  });
  return { config: { ...config, pooler }, encoder: made };
}
