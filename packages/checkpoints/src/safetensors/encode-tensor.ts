import { CheckpointError } from "../checkpoint-error.ts";
import { encodeElements } from "./element-type.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** A tensor's bytes in a file. Throws a CheckpointError where its values do not fit its shape or its type. */
export function encodeTensor({ name, shape, data, type }: StoredTensor): Uint8Array {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements !== data.length)
    throw new CheckpointError(
      "SAFETENSORS",
      `writeSafetensors: "${name}" of shape [${shape.join(", ")}] has ${elements} elements, got ${data.length}.`,
    );
  const bytes = encodeElements(type, data);
  if (!bytes)
    throw new CheckpointError(
      "SAFETENSORS",
      `writeSafetensors: "${name}" is to be ${type}, which a ${data.constructor.name} of these values cannot be.`,
    );
  return bytes;
}
