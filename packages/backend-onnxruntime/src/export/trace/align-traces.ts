import type { Source } from "../../record/source.ts";
import type { OnnxType, OnnxValue } from "../../onnx/model.ts";
import type { EmittedTrace } from "./emit-trace.ts";
import type { CheckValues } from "./id-checks.ts";
import type { ExportConstant, ExportGraph, SizedConstant, SizedNumber, SizedShape } from "../export-graph.ts";
import { SizeFitter, type SizeExpression } from "../sizes/size-expression.ts";

/** Up to this many numbers that differ between traces are fitted one by one. */
const maxElements = 64;

/** The dynamic axes: their names, and their sizes in each trace. */
export interface Axes {
  readonly names: readonly string[];
  readonly samples: readonly (readonly number[])[];
}

/** A check of ids whose count may depend on the dynamic axes. */
export interface SizedIdCheck {
  readonly input: string;
  readonly count: SizeExpression;
  readonly check: CheckValues;
}

/** One graph of several traces. */
export interface AlignedTraces extends ExportGraph {
  readonly captured: ReadonlyMap<string, Source>;
  /** The checks of the ids that are inputs. */
  readonly ids: readonly SizedIdCheck[];
  /** The most terms that an expression of the sizes has. */
  readonly mostTerms: number;
}

/**
 * Merges traces at several sizes into one graph that is valid at all of them. They must have the same nodes; constants
 * that differ become expressions of the dynamic axes' sizes that match every trace.
 *
 * @throws if the traces differ in any other way; the message names the kernel and the sizes
 */
export function alignTraces(traces: readonly EmittedTrace[], axes: Axes, inputs: readonly OnnxValue[]): AlignedTraces {
  const first = traces[0]!;
  traces.forEach((other, i) => checkSameNodes(first, other, (which) => describe(axes, which), i));
  const fitter = new SizeFitter(axes.samples);
  const users = new Map(first.nodes.flatMap(({ inputs, kernel }) => inputs.map((input) => [input, kernel])));
  const constants = new Map<string, ExportConstant>();
  const sized = new Map<string, SizedConstant>();
  const place = (name: string, versions: readonly Content[], weight: boolean): void => {
    const [content] = versions as [Content];
    if (versions.every((other) => sameContent(content, other))) constants.set(name, { name, ...content, weight });
    else sized.set(name, sizedConstant(versions, fitter) ?? rejectConstant(versions, users.get(name), axes));
  };
  for (const name of first.constants.keys())
    place(
      name,
      traces.map(({ constants }) => constants.get(name)!),
      false,
    );
  for (const [name, source] of first.captured) {
    const versions = traces.map(({ captured }) => captured.get(name)!);
    const weight = traces.length === 1 || versions.every((other) => other === source);
    place(name, weight ? [contentOf(source)] : versions.map(contentOf), weight);
  }
  const shapes = new Map<string, SizedShape>();
  for (const name of first.types.keys()) {
    const shape = fitShape(
      traces.map(({ types }) => types.get(name)!.shape),
      fitter,
    );
    if (shape !== undefined) shapes.set(name, shape);
  }
  const outputs = [...first.outputs].map(([name, value]) => ({
    value,
    declared: { name, type: first.types.get(value)!.dtype, shape: [] },
  }));
  return {
    nodes: first.nodes,
    constants,
    sized,
    shapes,
    inputs,
    outputs,
    fresh: first.fresh,
    captured: first.captured,
    ids: alignIds(traces, fitter),
    mostTerms: fitter.mostTerms,
  };
}

/** The checks that every trace has. */
function alignIds([first, ...others]: readonly EmittedTrace[], fitter: SizeFitter): SizedIdCheck[] {
  return first!.ids.flatMap(({ input, count, check }, i) => {
    const same = others.map(({ ids }) => ids[i]);
    if (same.some((other) => other?.input !== input)) return [];
    const fitted = fitter.fit([count, ...same.map((other) => other!.count)]);
    return fitted === undefined ? [] : [{ input, count: fitted, check }];
  });
}

interface Content {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function contentOf({ type, storage }: Source): Content {
  const { buffer, byteOffset, byteLength } = storage!.values;
  return { type: type.element, shape: type.shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

function sameContent(a: Content, b: Content): boolean {
  return a === b || (a.shape.join() === b.shape.join() && sameBytes(a.bytes, b.bytes));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function checkSameNodes(first: EmittedTrace, other: EmittedTrace, sizes: (i: number) => string, which: number): void {
  const count = Math.max(first.nodes.length, other.nodes.length);
  for (let i = 0; i < count; i++) {
    const [a, b] = [first.nodes[i], other.nodes[i]];
    if (a !== undefined && b !== undefined && sameNode(a, b)) continue;
    const kernels = [...new Set([a, b].map((node) => node?.kernel ?? "nothing more"))].join(" and ");
    throw new Error(
      `exportOnnx: the function does not take the same steps at ${sizes(0)} and at ${sizes(which)}: they differ from step ${i + 1} on, ${kernels}. Make that axis static, or write the function so that only shapes depend on it.`,
    );
  }
  const names = (trace: EmittedTrace): string => [...trace.outputs].join(" ");
  if (names(first) !== names(other))
    throw new Error(`exportOnnx: the function's outputs differ between ${sizes(0)} and ${sizes(which)}.`);
}

function sameNode(a: EmittedTrace["nodes"][number], b: EmittedTrace["nodes"][number]): boolean {
  return (
    a.op === b.op &&
    a.domain === b.domain &&
    a.inputs.join() === b.inputs.join() &&
    a.outputs.join() === b.outputs.join() &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes)
  );
}

function sizedConstant(versions: readonly Content[], fitter: SizeFitter): SizedConstant | undefined {
  const { type } = versions[0]!;
  const shape = fitShape(
    versions.map((version) => version.shape),
    fitter,
  );
  if (shape === undefined || type === "bool") return undefined;
  const numbers = versions.map(numbersOf);
  const length = numbers[0]!.length;
  if (numbers.every((list) => list.length === length) && length <= maxElements) {
    const elements = Array.from({ length }, (_, i) =>
      fitNumber(
        numbers.map((list) => list[i]!),
        fitter,
      ),
    );
    return elements.includes(undefined) ? undefined : { type, shape, elements: elements as SizedNumber[] };
  }
  const start = fitNumber(
    numbers.map((list) => list[0]!),
    fitter,
  );
  const steps = numbers.map((list) => (list.length > 1 ? list[1]! - list[0]! : 0));
  const regular = numbers.every((list, k) => list.every((value, i) => value === list[0]! + i * steps[k]!));
  const step = regular ? fitter.fit(steps) : undefined;
  return start === undefined || step === undefined ? undefined : { type, shape, start, step };
}

function fitShape(shapes: readonly (readonly number[])[], fitter: SizeFitter): SizedShape | undefined {
  const rank = shapes[0]!.length;
  if (shapes.some((shape) => shape.length !== rank)) return undefined;
  const fitted = Array.from({ length: rank }, (_, axis) => fitter.fit(shapes.map((shape) => shape[axis]!)));
  return fitted.includes(undefined) ? undefined : (fitted as SizeExpression[]);
}

/** Sizes are whole numbers; the only other form tried is 1 / size, as in a mean over an axis. */
function fitNumber(values: readonly number[], fitter: SizeFitter): SizedNumber | undefined {
  const size = fitter.fit(values);
  if (size !== undefined) return { size, reciprocal: false };
  const inverses = values.map((value) => Math.round(1 / value));
  const exact = inverses.every((inverse, i) => inverse !== 0 && Math.fround(1 / inverse) === values[i]);
  const inverse = exact ? fitter.fit(inverses) : undefined;
  return inverse === undefined ? undefined : { size: inverse, reciprocal: true };
}

function numbersOf({ type, bytes }: Content): number[] {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === "int64") return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
  return type === "float32"
    ? Array.from(new Float32Array(buffer, byteOffset, byteLength / 4))
    : Array.from(new Int32Array(buffer, byteOffset, byteLength / 4));
}

function rejectConstant(versions: readonly Content[], kernel: string | undefined, axes: Axes): never {
  const other = versions.findIndex((version) => !sameContent(version, versions[0]!));
  const shown = [0, other].map(
    (i) => `${versions[i]!.type} [${versions[i]!.shape.join(", ")}] at ${describe(axes, i)}`,
  );
  throw new Error(
    `exportOnnx: a constant of the kernel ${kernel ?? "Identity"} depends on the dynamic axes in a way that a graph cannot compute, got ${shown.join(" and ")}. Compute it from the inputs with tensors, or make the axis static. Dropout in training causes this too.`,
  );
}

function describe({ names, samples }: Axes, which: number): string {
  return names.map((name, axis) => `${name}=${samples[which]![axis]}`).join(", ");
}
