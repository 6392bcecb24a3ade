import { type LimitedModel, longestText } from "../../model/longest-text.ts";
import type { TaskOptions } from "./task-kind.ts";

/** Maximum length of rows: the given one, the model's or a default, limited by the encoder's maximum. */
export function rowOptions(
  model: LimitedModel,
  { length }: Pick<TaskOptions, "length">,
  defaultLength: number,
): { readonly maxLength: number } {
  return { maxLength: longestText(model, length, defaultLength) };
}

/** The maximum length that a model has after it is trained on such rows, if it had one before. */
export function trainedLength(
  model: LimitedModel,
  { length }: Pick<TaskOptions, "length">,
): Pick<LimitedModel, "maxLength"> {
  return model.maxLength === undefined ? {} : { maxLength: longestText(model, length) };
}
