import { checkDescription, isWellFormed } from "../check-description.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { shown } from "../shown.ts";
import type { TensorDescription } from "../tensor-source.ts";
import { elementSize, elementTypes } from "./element-type.ts";

/** The layout of a file. */
export interface Layout<T extends TensorDescription> {
  /** Length and header; followed by the data. */
  readonly head: Uint8Array;
  /** In the order of the data. */
  readonly tensors: readonly T[];
  /** Size of the file in bytes. */
  readonly size: number;
}

/**
 * Lays out a file: wider element types first, sorted by name within a type, data from a multiple of eight bytes. So
 * every tensor is aligned, and the same tensors give the same bytes. The data of `last` comes last, whatever its type.
 *
 * @throws CheckpointError if a reader would reject the file: for a name, a type, a shape or an entry of the metadata
 */
export function layOut<T extends TensorDescription>(
  tensors: Iterable<T>,
  metadata: Readonly<Record<string, string>>,
  last?: T,
): Layout<T> {
  const listed = [...tensors];
  for (const tensor of listed) checkDescription("writeSafetensors", "SAFETENSORS", tensor);
  const sorted = listed.sort(
    (a, b) => elementTypes.indexOf(a.type) - elementTypes.indexOf(b.type) || (a.name < b.name ? -1 : 1),
  );
  if (last) sorted.push(last);
  const members: string[] = [];
  const keys = Object.keys(metadata).sort();
  for (const key of keys) checkMetadata(key, metadata[key]);
  if (keys.length > 0)
    members.push(
      `"__metadata__":{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`).join(",")}}`,
    );
  const seen = new Set(["__metadata__"]);
  let position = 0;
  for (const { name, type, shape } of sorted) {
    if (seen.has(name))
      throw new CheckpointError("SAFETENSORS", `writeSafetensors: "${name}" is given twice, or is a reserved name.`);
    seen.add(name);
    const end = position + shape.reduce((product, length) => product * length, elementSize(type));
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: type, shape, data_offsets: [position, end] })}`);
    position = end;
  }
  const head = encodeHead(`{${members.join(",")}}`);
  return { head, tensors: sorted, size: head.length + position };
}

function checkMetadata(key: string, value: unknown): void {
  const wrong =
    typeof value !== "string"
      ? `must be a text, got ${shown(value)}. Pass a text.`
      : isWellFormed(key) && isWellFormed(value)
        ? undefined
        : "has half of a surrogate pair, which UTF-8 cannot represent. Pass another text.";
  if (wrong) throw new CheckpointError("SAFETENSORS", `writeSafetensors: metadata ${shown(key)} ${wrong}`);
}

function encodeHead(json: string): Uint8Array {
  const bytes = new TextEncoder().encode(json);
  const padded = bytes.length + (-bytes.length & 7);
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(bytes, 8);
  return head;
}
