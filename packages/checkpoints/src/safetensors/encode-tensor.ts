import { CheckpointError } from "../checkpoint-error.ts";
import { encodeElements } from "./element-type.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** Encodes a tensor. Throws a CheckpointError if its values do not match its shape or type. */
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
      `writeSafetensors: "${name}" cannot be stored as ${type} from this ${data.constructor.name}.`,
    );
  return bytes;
}
