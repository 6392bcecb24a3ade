import { checkObject, checkValue, trueOrFalse } from "@bertkit/checks";
import { type Bert, BertEncoder, Pooler } from "@bertkit/encoder";
import type { Rng } from "@bertkit/nn";
import type { PretrainedParts } from "../model/pretrained.ts";

/**
 * The model's encoder with or without a pooler, as the head needs it and as Hugging Face builds it, and the matching
 * config. The variables are shared with the model; if it has no pooler, a new one is created.
 */
export function withPooler(
  model: Pick<PretrainedParts, "config" | "encoder">,
  pooler: boolean,
  rng: Rng,
): Pick<PretrainedParts, "config" | "encoder"> {
  checkObject("withPooler", "model", model, "{ config, encoder }", "config", "encoder");
  checkValue("withPooler", "pooler", pooler, trueOrFalse, "Pass whether the head needs one.");
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
