import { CheckpointError } from "../checkpoint-error.ts";
import { type ElementType, elementSize, elementTypes, isElementType } from "./element-type.ts";
import { countTopLevelObjects } from "./json-keys.ts";

/** Where one tensor lies: `start` and `end` count bytes from the beginning of the file. */
export interface TensorEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** What a file says about itself, checked against its size. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the file's own order. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
}

/** The format's own limit on the JSON header, so that a lying length costs nothing. */
const largestHeader = 100_000_000;

/**
 * The length of the JSON header, from the first eight bytes of a file of `fileSize` bytes.
 * Throws a CheckpointError where the file cannot hold it.
 */
export function headerLength(prefix: Uint8Array, fileSize: number): number {
  if (fileSize < 8 || prefix.length < 8) throw invalid(`a file of ${fileSize} bytes is too short to hold a header.`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(largestHeader))
    throw invalid(
      `the header says that it is ${length} bytes long, more than the ${largestHeader} that the format allows.`,
    );
  if (length > BigInt(fileSize - 8))
    throw invalid(
      `the header says that it is ${length} bytes long, but the file has ${fileSize} bytes. It may be cut short.`,
    );
  return Number(length);
}

/**
 * Parses the JSON header of the safetensors format (github.com/huggingface/safetensors, README "Format"):
 * every tensor's dtype, shape and byte range, the ranges filling the data exactly, with neither hole nor overlap.
 */
export function parseHeader(json: Uint8Array, fileSize: number): SafetensorsHeader {
  const header = parseJson(json);
  const dataStart = 8 + json.length;
  const dataSize = fileSize - dataStart;
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata = parseMetadata(value);
    else entries.set(name, parseEntry(name, value, dataStart, dataSize));
  }
  checkRangesFill(entries, dataStart, fileSize);
  return { metadata, entries };
}

function parseJson(bytes: Uint8Array): object {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("the header is not JSON. The file is damaged or not a safetensors file.", cause);
  }
  if (!text.startsWith("{") || !isPlainObject(value)) throw invalid("the header is not a JSON object.");
  if (countTopLevelObjects(text) !== Object.values(value).filter(isPlainObject).length)
    throw invalid("the header names a tensor twice.");
  return value;
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isPlainObject(value)) throw invalid("__metadata__ is not an object of strings.");
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw invalid(`__metadata__ "${key}" is not a string.`);
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown, dataStart: number, dataSize: number): TensorEntry {
  if (!isPlainObject(value)) throw invalid(`"${name}" has no dtype, shape and data_offsets.`);
  const { dtype, shape, data_offsets: offsets } = value as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (!isElementType(dtype))
    throw invalid(`"${name}" has dtype ${JSON.stringify(dtype)}; this package reads ${elementTypes.join(", ")}.`);
  if (!isCountList(shape)) throw invalid(`"${name}" has shape ${JSON.stringify(shape)}, not a list of counts.`);
  if (!isCountList(offsets) || offsets.length !== 2)
    throw invalid(`"${name}" has data_offsets ${JSON.stringify(offsets)}, not a pair of counts.`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataSize)
    throw invalid(`"${name}" lies at ${begin}..${end} of ${dataSize} bytes of data. The file may be cut short.`);
  const bytes = shape.reduce((product, length) => product * length, elementSize(dtype));
  if (bytes !== end - begin)
    throw invalid(
      `"${name}", ${dtype} of shape [${shape.join(", ")}], takes ${bytes} bytes, but its data_offsets span ${end - begin}.`,
    );
  return { name, type: dtype, shape, start: dataStart + begin, end: dataStart + end };
}

function checkRangesFill(entries: ReadonlyMap<string, TensorEntry>, dataStart: number, fileSize: number): void {
  const inOrder = [...entries.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  let position = dataStart;
  for (const { name, start, end } of inOrder) {
    if (start < position) throw invalid(`"${name}" overlaps another tensor at byte ${start}.`);
    if (start > position) throw invalid(`bytes ${position}..${start}, before "${name}", belong to no tensor.`);
    position = end;
  }
  if (position !== fileSize) throw invalid(`bytes ${position}..${fileSize} at the end belong to no tensor.`);
}

function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError("SAFETENSORS", `safetensors: ${what}`, { cause });
}
