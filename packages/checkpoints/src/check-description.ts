import { CheckpointError, type CheckpointErrorCode } from "./checkpoint-error.ts";
import { elementCount } from "./element-count.ts";
import { elementTypes, isElementType } from "./safetensors/element-type.ts";
import { shown } from "./shown.ts";
import type { TensorDescription } from "./tensor-source.ts";

/**
 * Checks what a file will say about a tensor, so that a reader accepts it.
 *
 * @param where the function's name, the start of messages
 * @throws CheckpointError unless the name is a text that has UTF-8 bytes, the type is known, and the shape is a list of at
 *   most 64 counts whose product is at most 2^53
 */
export function checkDescription(
  where: string,
  code: CheckpointErrorCode,
  { name, type, shape }: TensorDescription,
): void {
  if (typeof name !== "string")
    throw new CheckpointError(code, `${where}: a tensor's name must be a text, got ${shown(name)}. Name it.`);
  if (!isWellFormed(name))
    throw new CheckpointError(
      code,
      `${where}: the name ${shown(name)} has half of a surrogate pair, which UTF-8 cannot represent. Choose another.`,
    );
  if (!isElementType(type))
    throw new CheckpointError(
      code,
      `${where}: ${shown(name)} has type ${shown(type)}; supported are ${elementTypes.join(", ")}.`,
    );
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isShape || elementCount(shape) === undefined)
    throw new CheckpointError(
      code,
      `${where}: ${shown(name)} has shape ${shown(shape)}, not a list of at most 64 counts whose product is at most 2^53. Pass the lengths of its axes.`,
    );
}

/** Whether a text has UTF-8 bytes: it has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
