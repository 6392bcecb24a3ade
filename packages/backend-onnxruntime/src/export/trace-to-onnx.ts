import type * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Source } from "../record/source.ts";
import type { NumericType } from "../record/types.ts";
import type { Executor } from "../run/executor.ts";
import type { OnnxValue } from "../onnx/model.ts";
import { type AlignedTraces, alignTraces, type SizedIdCheck } from "./trace/align-traces.ts";
import { shapeOfValue } from "./sizes/constant-numbers.ts";
import { declareInputs, inputAxes, typesAt, type DynamicAxes, type ExampleInput } from "./trace/dynamic-axes.ts";
import { type EmittedTrace, emitTrace } from "./trace/emit-trace.ts";
import type { ExportGraph, SizedShape } from "./export-graph.ts";
import { foldConstants } from "./passes/fold-constants.ts";
import { joinNodes } from "./passes/join-nodes.ts";
import { liftReshapes } from "./passes/lift-reshapes.ts";
import { quantizeWeights } from "./passes/quantize-weights.ts";
import { removeUnused } from "./passes/remove-unused.ts";
import { sampleSizes } from "./trace/sample-sizes.ts";
import { shareNodes } from "./passes/share-nodes.ts";
import { constantOf, describeSize, mayBeZero, type SizeExpression } from "./sizes/size-expression.ts";
import { standardOperators } from "./passes/standard-operators.ts";
import { trace, type Trace, type TracedFunction } from "./trace/trace.ts";
import type { TraceExecutor } from "./trace/trace-executor.ts";
import { withTracingBackend } from "./trace/tracing-backend.ts";
import { writeSizes } from "./sizes/write-sizes.ts";

/** All options have defaults. */
export interface OnnxExportOptions {
  /**
   * The axes that may have any length, by input name, such as
   * `{ input_ids: { 0: "batch_size", 1: "sequence_length" } }`. Those of outputs follow from them; they may be named
   * too. Default: none, so that every shape is the example's.
   */
  readonly dynamicAxes?: DynamicAxes;
  /** Names of inputs that are int64 in the model, as Hugging Face's token ids are; the function takes them as int32. */
  readonly int64Inputs?: readonly string[];
  /** Names of weights, such as `variables(model)` of @bertkit/nn returns; default weight, weight_1, … */
  readonly weightNames?: Iterable<readonly [name: string, tensor: tf.Tensor]>;
  /** Version of the standard operator set, from 17; default 17. From 20 on GELU is one operator. */
  readonly opset?: number;
  /**
   * "q8": products and lookups have their weights as bytes, a quarter of the memory (dynamic quantization, with scales
   * by column and by row; matrices of fewer than 16,384 numbers stay float32). Default "fp32".
   */
  readonly dtype?: "fp32" | "q8";
  /**
   * Allow ONNX Runtime's own operators (com.microsoft); default false. Do not run such a model on ONNX Runtime 1.30's
   * WebGPU: its attention operator is wrong from 32 tokens on.
   */
  readonly customOperators?: boolean;
  /** Name of a file beside the model for the weights; required from 2 GiB on. Default: the model contains them. */
  readonly externalData?: string;
}

/** A traced function, its values not yet named. */
export interface TracedGraph {
  readonly graph: ExportGraph;
  /** Names of constants that are weights. */
  readonly weightNames: ReadonlyMap<string, string>;
  /** The constants that are tensors: the model's weights, and those that the function created. */
  readonly captured: ReadonlyMap<string, Source>;
  /** For each dynamic axis an input that has it. */
  readonly axes: readonly AxisPlace[];
  readonly ids: readonly SizedIdCheck[];
  /** The lengths that are 0 or less at some sizes of the dynamic axes: the graph is not valid there. */
  readonly mayBeZero: readonly SizeExpression[];
}

/** An axis of an input. */
export interface AxisPlace {
  readonly input: string;
  readonly axis: number;
}

/**
 * Traces that suffice if every value is one term of the sizes, such as 12·batch·length: three more than it has unknowns.
 */
const fewSamples = 4;

/**
 * Traces a function, and writes its graph.
 * @param constants computes the values that do not depend on the inputs; disposed at the end
 * @param settings `startsWithFew`: whether to trace at fewer sizes if those suffice
 */
export function traceToOnnx<Written>(
  constants: Executor,
  run: TracedFunction,
  exampleInputs: Readonly<Record<string, tf.Tensor>>,
  options: OnnxExportOptions,
  write: (traced: TracedGraph) => Written,
  settings: { readonly startsWithFew?: boolean } = {},
): Written {
  const { startsWithFew = false } = settings;
  const { dynamicAxes = {}, int64Inputs = [], opset = 17, customOperators = false } = options;
  if (!Number.isInteger(opset) || opset < 17 || opset > 22)
    throw new RangeError(`exportOnnx: opset must be from 17 to 22, got ${opset}. Leave it out for 17.`);
  const wide = new Set(int64Inputs);
  const fusesAttention = customOperators && !constants.onWebgpu;
  const inputs = describeInputs(exampleInputs, wide);
  const axes = inputAxes(inputs, dynamicAxes);
  const names = [...axes.keys()];
  const samples = sampleSizes([...axes.values()]);
  return withTracingBackend(constants, (backend) => {
    const executor = backend.executor as TraceExecutor;
    const traces: (EmittedTrace & Pick<Trace, "calls">)[] = [];
    const align = (count: number): AlignedTraces => {
      for (const sizes of samples.slice(traces.length, count)) {
        const types = typesAt(inputs, dynamicAxes, new Map(names.map((name, i) => [name, sizes[i]!])));
        try {
          const traced = trace(backend, run, types, sizes);
          const emitted = emitTrace(traced, wide, fusesAttention, executor.anyLengthNodes);
          traces.push({ ...emitted, calls: traced.calls });
        } catch (error) {
          throw tracingError(error, names, sizes);
        }
      }
      try {
        return alignTraces(traces, { names, samples: samples.slice(0, count) }, declareInputs(inputs, dynamicAxes));
      } catch (error) {
        // Kernels have other operators for long axes: trace again with those that are right at every length.
        if (executor.varying.size > 0) throw error;
        executor.varying = varyingCalls(traces.map(({ calls }) => calls));
        if (executor.varying.size === 0) throw error;
        traces.length = 0;
        return align(count);
      }
    };
    let aligned = align(startsWithFew ? fewSamples : samples.length);
    if (traces.length < samples.length && aligned.mostTerms > 1) aligned = align(samples.length);
    const weights = weightNames(backend, aligned, options.weightNames ?? []);
    let graph: ExportGraph = removeUnused(standardOperators(aligned, { opset, customOperators }));
    graph = shareNodes(foldConstants(graph));
    // ONNX Runtime's Gemm includes the bias, but only accepts matrices, so the rows stay [batch · tokens, size].
    if (!customOperators) graph = liftReshapes(graph);
    graph = shareNodes(joinNodes(graph));
    graph = removeUnused(shareNodes(foldConstants(writeSizes(removeUnused(graph), names))));
    graph = quantizeWeights(graph, { quantize: options.dtype === "q8", customOperators, names: weights });
    const outputs = graph.outputs.map(({ value, declared }, i) => {
      const shape = shapeOfValue(aligned, aligned.outputs[i]!.value);
      return { value, declared: declareOutput(shape, declared, names, dynamicAxes) };
    });
    return write({
      graph: { ...graph, outputs },
      weightNames: weights,
      captured: aligned.captured,
      axes: names.map((name) => axisPlace(inputs, dynamicAxes, name)),
      ids: aligned.ids,
      mayBeZero: [...new Map([...aligned.shapes.values()].flat().map((size) => [size.key, size])).values()].filter(
        mayBeZero,
      ),
    });
  });
}

/** The calls of kernels, by number, whose inputs have other shapes in other traces; none if other kernels are called. */
function varyingCalls([first, ...others]: readonly (readonly string[])[]): Set<number> {
  if (others.some(({ length }) => length !== first!.length)) return new Set();
  return new Set([...first!.keys()].filter((i) => others.some((other) => other[i] !== first![i])));
}

function axisPlace(inputs: readonly ExampleInput[], dynamicAxes: DynamicAxes, wanted: string): AxisPlace {
  for (const { name: input, shape } of inputs)
    for (const axis of shape.keys()) if (dynamicAxes[input]?.[axis] === wanted) return { input, axis };
  throw new Error(`exportOnnx: no input has the axis ${wanted}.`);
}

function describeInputs(exampleInputs: Readonly<Record<string, tf.Tensor>>, wide: ReadonlySet<string>): ExampleInput[] {
  return Object.entries(exampleInputs).map(([name, { dtype, shape }]) => {
    if (dtype === "string" || dtype === "complex64")
      throw new Error(`exportOnnx: the input ${name} is ${dtype}. Give float32, int32 or bool.`);
    if (wide.has(name) && dtype !== "int32")
      throw new Error(`exportOnnx: the input ${name} is declared int64, got an example of ${dtype}. Give int32.`);
    return { name, dtype: dtype as NumericType, type: wide.has(name) ? "int64" : (dtype as NumericType), shape };
  });
}

function tracingError(error: unknown, names: readonly string[], sizes: readonly number[]): unknown {
  if (!(error instanceof Error) || error.message.startsWith("exportOnnx") || names.length === 0) return error;
  const at = names.map((name, i) => `${name}=${sizes[i]}`).join(", ");
  return new Error(
    `exportOnnx: the function throws at ${at}, one of the sizes at which it is traced: ${error.message} Give example inputs of about the largest sizes that it takes.`,
    { cause: error },
  );
}

/** Names for the constants that are weights: the caller's, or "weight". */
function weightNames(
  backend: OnnxRuntimeBackend,
  { captured, constants }: AlignedTraces,
  given: Iterable<readonly [string, tf.Tensor]>,
): Map<string, string> {
  const bySource = new Map<Source, string>();
  for (const [name, tensor] of given) bySource.set(backend.numeric(tensor).source, name);
  const weights = [...captured].filter(([constant]) => constants.get(constant)?.weight);
  return new Map(weights.map(([constant, source]) => [constant, bySource.get(source) ?? "weight"]));
}

/** An output with its shape: lengths that are not exactly a dynamic axis are named by their expression. */
function declareOutput(
  sizes: SizedShape | undefined,
  { name, type }: OnnxValue,
  names: readonly string[],
  dynamicAxes: DynamicAxes,
): OnnxValue {
  if (sizes === undefined)
    throw new Error(
      `exportOnnx: the shape of the output ${name} depends on ${names.join(", ")} in a way that a graph cannot compute. Make that axis static.`,
    );
  const shape = sizes.map((size, axis) => {
    const wanted = dynamicAxes[name]?.[axis];
    const fixed = constantOf(size);
    if (fixed !== undefined && wanted !== undefined)
      throw new Error(
        `exportOnnx: dynamicAxes.${name} names axis ${axis} ${wanted}, but it always has length ${fixed}. Leave it out.`,
      );
    return fixed ?? wanted ?? describeSize(size, names);
  });
  const unknown = Object.keys(dynamicAxes[name] ?? {}).find((axis) => shape[Number(axis)] === undefined);
  if (unknown !== undefined)
    throw new Error(`exportOnnx: dynamicAxes.${name} names axis ${unknown}, but the output has ${shape.length}.`);
  return { name, type, shape };
}
