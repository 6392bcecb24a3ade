import { JsonScanner, NotJson } from "../binary/json-scanner.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { elementCount, maxAxes } from "../element-count.ts";
import { shown, shownShape } from "../shown.ts";
import { type ElementType, elementSize, elementTypes, isElementType } from "./element-type.ts";

/** The place of one tensor: `start` and `end` are byte offsets in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A header, validated against the size of the file. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the header. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
}

/** The format's limit for the JSON header, so that a wrong length costs nothing. */
const maxHeader = 100_000_000;

/**
 * The length of the JSON header, from the first eight bytes of a file of `fileSize` bytes.
 * Throws a CheckpointError if the file is too short for it.
 */
export function headerLength(prefix: Uint8Array, fileSize: number): number {
  if (fileSize < 8 || prefix.length < 8) throw invalid(`a file of ${fileSize} bytes is too short for a header.`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeader))
    throw invalid(`the header claims ${length} bytes, more than the ${maxHeader} that the format allows.`);
  if (length > BigInt(fileSize - 8))
    throw invalid(`the header claims ${length} bytes, but the file has ${fileSize} bytes. It may be truncated.`);
  return Number(length);
}

/**
 * Parses the JSON header of the safetensors format (github.com/huggingface/safetensors, README "Format"):
 * every tensor's dtype, shape and byte range, where the ranges cover the data without gap or overlap. Takes time linear
 * in the length of the header, and memory of at most about 30 times it. Other fields are skipped.
 */
export function parseHeader(json: Uint8Array, fileSize: number): SafetensorsHeader {
  if (json[0] !== 0x7b)
    throw invalid("the header is not a JSON object. The file is damaged or not a safetensors file.");
  const dataStart = 8 + json.length;
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> | undefined;
  const scanner = new JsonScanner(json);
  try {
    scanner.members((name) => {
      if (name === "__metadata__") {
        if (metadata) throw invalid("the header has __metadata__ twice.");
        metadata = readMetadata(scanner);
      } else {
        if (entries.has(name)) throw invalid(`the header names a tensor twice: ${shown(name)}.`);
        entries.set(name, readEntry(name, scanner, dataStart, fileSize - dataStart));
      }
    });
    scanner.end();
  } catch (cause) {
    if (cause instanceof NotJson)
      throw invalid(`the header is not JSON: ${cause.message}. The file is damaged or not a safetensors file.`, cause);
    throw cause;
  }
  checkRangesFill(entries, dataStart, fileSize);
  return { metadata: metadata ?? {}, entries };
}

function readMetadata(scanner: JsonScanner): Record<string, string> {
  const metadata = Object.create(null) as Record<string, string>; // "__proto__" is a key like any other
  if (scanner.peek() === 0x6e) scanner.skip(); // null
  else if (scanner.peek() !== 0x7b) throw invalid("__metadata__ is not an object of strings.");
  else
    scanner.members((key) => {
      if (scanner.peek() !== 0x22) throw invalid(`__metadata__ ${shown(key)} is not a string.`);
      metadata[key] = scanner.string();
    });
  return metadata;
}

type Fields = Partial<Record<"dtype" | "shape" | "data_offsets", Uint8Array>>;

function readEntry(name: string, scanner: JsonScanner, dataStart: number, dataSize: number): TensorEntry {
  if (scanner.peek() !== 0x7b) throw invalid(`${shown(name)} has no dtype, shape and data_offsets.`);
  const fields: Fields = {};
  scanner.members((key) => {
    const value = scanner.skip();
    if (key !== "dtype" && key !== "shape" && key !== "data_offsets") return;
    if (fields[key]) throw invalid(`${shown(name)} has ${key} twice.`);
    fields[key] = value;
  });
  const dtype = wordOf(fields.dtype);
  if (!isElementType(dtype))
    throw invalid(`${shown(name)} has dtype ${textOf(fields.dtype)}; supported are ${elementTypes.join(", ")}.`);
  const shape = countsOf(fields.shape);
  if (!shape)
    throw invalid(`${shown(name)} has shape ${textOf(fields.shape)}, not a list of at most ${maxAxes} counts.`);
  const offsets = countsOf(fields.data_offsets);
  if (offsets?.length !== 2)
    throw invalid(`${shown(name)} has data_offsets ${textOf(fields.data_offsets)}, not a pair of counts.`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataSize)
    throw invalid(`${shown(name)} is at ${begin}..${end} of ${dataSize} bytes of data. The file may be truncated.`);
  const count = elementCount(shape);
  const bytes = count === undefined ? "too many" : count * elementSize(dtype);
  if (bytes !== end - begin)
    throw invalid(
      `${shown(name)}, ${dtype} of shape ${shownShape(shape)}, takes ${bytes} bytes, but its data_offsets span ${end - begin}.`,
    );
  return { name, type: dtype, shape, start: dataStart + begin, end: dataStart + end };
}

/** The content of a string without escapes: dtypes have none. */
function wordOf(json: Uint8Array | undefined): string {
  return json?.[0] === 0x22 && json.length <= 16 ? String.fromCharCode(...json.subarray(1, -1)) : "";
}

function textOf(json: Uint8Array | undefined): string {
  if (!json) return "undefined";
  return json.length > 100 ? `${new TextDecoder().decode(json.subarray(0, 100))}…` : new TextDecoder().decode(json);
}

/** A JSON list of counts; undefined for any other value, or if it has too many. */
function countsOf(json: Uint8Array | undefined): number[] | undefined {
  if (json?.[0] !== 0x5b || json.length > 64 * maxAxes) return undefined;
  const counts: number[] = [];
  let count: number | undefined;
  for (let i = 1; i < json.length; i++) {
    const byte = json[i]!;
    if (byte >= 0x30 && byte <= 0x39) count = 10 * (count ?? 0) + (byte - 0x30);
    else if (byte === 0x2c || byte === 0x5d) {
      if (count !== undefined) counts.push(count);
      count = undefined;
    } else if (byte > 0x20) return undefined;
  }
  return counts.length <= maxAxes && counts.every(Number.isSafeInteger) ? counts : undefined;
}

function checkRangesFill(entries: ReadonlyMap<string, TensorEntry>, dataStart: number, fileSize: number): void {
  const inOrder = [...entries.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  let position = dataStart;
  for (const { name, start, end } of inOrder) {
    if (start < position) throw invalid(`${shown(name)} overlaps another tensor at byte ${start}.`);
    if (start > position) throw invalid(`bytes ${position}..${start}, before ${shown(name)}, belong to no tensor.`);
    position = end;
  }
  if (position !== fileSize) throw invalid(`bytes ${position}..${fileSize} at the end belong to no tensor.`);
}

/** An error about the format. */
export function invalid(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError("SAFETENSORS", `safetensors: ${what}`, { cause });
}
