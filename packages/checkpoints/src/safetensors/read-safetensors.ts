import { shown } from "@bertkit/checks";
import { standInOf } from "../binary/stand-in-of.ts";
import { decodeElements } from "./element-type.ts";
import { headerLength, invalid, parseHeader } from "./header.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** A whole safetensors file. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads a safetensors file in memory. Tensors are views of `bytes` if element type and alignment allow. Throws a
 * CheckpointError on a damaged file.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`readSafetensors: bytes must be a Uint8Array, got ${shown(bytes)}. Pass a file's bytes.`);
  const instead = standInOf(bytes);
  if (instead !== undefined) throw invalid(`the file ${instead}.`);
  const length = headerLength(bytes.subarray(0, 8), bytes.length);
  const header = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, type, shape, start, end } of header.entries.values()) {
    tensors.set(name, { name, type, shape, data: decodeElements(type, bytes.subarray(start, end)) });
  }
  return { metadata: header.metadata, tensors };
}
