import { checkFileName } from "../folders/folder.ts";
import { elementCount, maxAxes } from "../element-count.ts";
import { shown } from "../shown.ts";
import { elementSize, type ElementType } from "../safetensors/element-type.ts";
import { tfjsError } from "./tfjs-error.ts";

/** Quantization of a tensor: `value = stored · scale + min`, or half floats. */
export type Quantization =
  | { readonly stored: "U8" | "U16"; readonly scale: number; readonly min: number }
  | { readonly stored: "F16" };

/** A tensor of a manifest, and its byte range in the concatenated files of its group. */
export interface ManifestEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly quantization: Quantization | undefined;
  readonly start: number;
  readonly end: number;
}

/** Files with their tensors. */
export interface ManifestGroup {
  readonly paths: readonly string[];
  readonly entries: readonly ManifestEntry[];
  readonly size: number;
}

const types: Readonly<Record<string, ElementType>> = { float32: "F32", int32: "I32", bool: "BOOL" };
const packings: Readonly<Record<string, Quantization["stored"]>> = { uint8: "U8", uint16: "U16", float16: "F16" };

/** Reads the `weightsManifest` of a TensorFlow.js model.json. Throws a CheckpointError that names what is wrong. */
export function parseManifest(json: Readonly<Record<string, unknown>>): ManifestGroup[] {
  const manifest = json["weightsManifest"];
  if (!Array.isArray(manifest)) throw tfjsError("model.json has no weightsManifest.");
  const names = new Set<string>();
  const allFiles = new Set<string>();
  return manifest.map((group: unknown) => {
    const { paths, weights } = fieldsOf(group);
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw tfjsError("a group of the manifest lacks paths or weights.");
    const files = paths.map((path: unknown) => {
      if (typeof path !== "string") throw tfjsError("a path of the manifest is not a string.");
      const file = checkFileName(path.replace(/^(?:\.\/)+/, ""));
      if (allFiles.has(file)) throw tfjsError(`the manifest names ${file} twice.`);
      allFiles.add(file);
      return file;
    });
    let size = 0;
    const entries = weights.map((weight: unknown) => {
      const entry = parseEntry(fieldsOf(weight), size);
      if (names.has(entry.name)) throw tfjsError(`the manifest names ${shown(entry.name)} twice.`);
      names.add(entry.name);
      size = entry.end;
      return entry;
    });
    return { paths: files, entries, size };
  });
}

function parseEntry({ name, dtype, shape, quantization }: Record<string, unknown>, start: number): ManifestEntry {
  if (typeof name !== "string") throw tfjsError("a tensor of the manifest has no name.");
  const type = typeof dtype === "string" && Object.hasOwn(types, dtype) ? types[dtype]! : undefined;
  if (!type)
    throw tfjsError(`${shown(name)} has dtype ${shown(dtype)}; supported are ${Object.keys(types).join(", ")}.`);
  if (!isShape(shape)) throw tfjsError(`${shown(name)} has a shape that is not a list of at most ${maxAxes} counts.`);
  const packed = quantization === undefined ? undefined : parseQuantization(name, type, fieldsOf(quantization));
  const bytes = (elementCount(shape) ?? Infinity) * elementSize(packed?.stored ?? type);
  if (!Number.isSafeInteger(start + bytes)) throw tfjsError(`${shown(name)} takes too many bytes.`);
  return { name, type, shape, quantization: packed, start, end: start + bytes };
}

function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= maxAxes &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}

function parseQuantization(
  name: string,
  type: ElementType,
  { dtype, scale, min }: Record<string, unknown>,
): Quantization {
  const stored = typeof dtype === "string" && Object.hasOwn(packings, dtype) ? packings[dtype]! : undefined;
  if (stored === "F16" && type === "F32") return { stored };
  const isLinear = stored === "U8" || stored === "U16";
  if (isLinear && type !== "BOOL" && Number.isFinite(scale) && Number.isFinite(min))
    return { stored, scale: scale as number, min: min as number };
  throw tfjsError(
    `${shown(name)} is quantized as ${shown(dtype)}; supported are uint8 and uint16 with scale and min, and float16.`,
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw tfjsError("the manifest is damaged.");
  return value as Record<string, unknown>;
}
