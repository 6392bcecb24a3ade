import { CheckpointError } from "../checkpoint-error.ts";
import { type ElementType, elementTypes, encodeElements, naturalType } from "./element-type.ts";
import type { TensorToStore } from "./stored-tensor.ts";

export interface WriteOptions {
  /** `__metadata__`, strings by name. Hugging Face's loaders want `format`. */
  metadata?: Readonly<Record<string, string>>;
}

interface Part {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Writes a safetensors file. Wider element types come first, names in order within a type, and the data
 * begins at a multiple of eight: every tensor is aligned, and the same tensors give the same bytes.
 */
export function writeSafetensors(
  tensors: Iterable<TensorToStore>,
  { metadata = { format: "pt" } }: WriteOptions = {},
): Uint8Array {
  const parts = Array.from(tensors, encodePart).sort(
    (a, b) => elementTypes.indexOf(a.type) - elementTypes.indexOf(b.type) || (a.name < b.name ? -1 : 1),
  );
  const header = encodeHeader(parts, metadata);
  const file = new Uint8Array(8 + header.length + parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let position = 8 + header.length;
  for (const { bytes } of parts) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

function encodePart({ name, shape, data, type = naturalType(data) }: TensorToStore): Part {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements !== data.length) {
    throw new CheckpointError(
      "SAFETENSORS",
      `writeSafetensors: "${name}" of shape [${shape.join(", ")}] has ${elements} elements, got ${data.length}.`,
    );
  }
  const bytes = encodeElements(type, data);
  if (!bytes)
    throw new CheckpointError(
      "SAFETENSORS",
      `writeSafetensors: "${name}" is to be ${type}, which a ${data.constructor.name} of these values cannot be.`,
    );
  return { name, type, shape, bytes };
}

function encodeHeader(parts: readonly Part[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const members: string[] = [];
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0)
    members.push(
      `"__metadata__":{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`).join(",")}}`,
    );
  const seen = new Set(["__metadata__"]);
  let position = 0;
  for (const { name, type, shape, bytes } of parts) {
    if (seen.has(name))
      throw new CheckpointError("SAFETENSORS", `writeSafetensors: "${name}" is given twice, or is a reserved name.`);
    seen.add(name);
    members.push(
      `${JSON.stringify(name)}:${JSON.stringify({ dtype: type, shape, data_offsets: [position, position + bytes.length] })}`,
    );
    position += bytes.length;
  }
  const json = `{${members.join(",")}}`;
  const length = new TextEncoder().encode(json).length;
  return new TextEncoder().encode(json + " ".repeat(-length & 7));
}
