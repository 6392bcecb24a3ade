import type { BertConfig } from "@bertkit/encoder";
import type { TaskOptions } from "./task-kind.ts";

/** Length of rows: the one asked for, or a default, and no more than the model reads. */
export function rowOptions(
  { maxPositionEmbeddings }: BertConfig,
  { length }: Pick<TaskOptions, "length">,
  usual: number,
): { readonly maxLength: number } {
  return { maxLength: Math.min(length ?? usual, maxPositionEmbeddings) };
}
