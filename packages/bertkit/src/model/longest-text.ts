import type { BertConfig } from "@bertkit/encoder";

/** The fields of a model that limit the length of texts. */
export interface LimitedModel {
  readonly config: Pick<BertConfig, "maxPositionEmbeddings">;
  readonly maxLength?: number;
}

/**
 * The maximum tokens of a text: those given, else the model's `maxLength`, and at most the encoder's positions.
 *
 * @param otherwise for a model without `maxLength`
 */
export function longestText(model: LimitedModel, given?: number, otherwise: number = Infinity): number {
  return Math.min(given ?? model.maxLength ?? otherwise, model.config.maxPositionEmbeddings);
}
