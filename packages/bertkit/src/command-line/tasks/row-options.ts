import type { BertConfig } from "@bertkit/encoder";
import type { TaskOptions } from "./task-kind.ts";

/** Maximum length of rows: the given one or a default, limited by the model's maximum. */
export function rowOptions(
  { maxPositionEmbeddings }: BertConfig,
  { length }: Pick<TaskOptions, "length">,
  defaultLength: number,
): { readonly maxLength: number } {
  return { maxLength: Math.min(length ?? defaultLength, maxPositionEmbeddings) };
}
