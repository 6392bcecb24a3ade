import * as tf from "@tensorflow/tfjs-core";
import type { DataId, DataType, KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";
import { DataTable } from "./data-table.ts";
import type { CheckValues, IdCheck } from "./export/trace/id-checks.ts";
import { recordDequantize } from "./quantize/read-quantized.ts";
import { checkMovable, readData, readDataAsync, type BackendValues } from "./read-data.ts";
import { complexData, dataOfValues, filledData } from "./record/create-data.ts";
import { Data, PlainData } from "./record/data.ts";
import type { Source } from "./record/source.ts";
import { computedValues } from "./record/storage.ts";
import type { Executor } from "./run/executor.ts";
import type { Stats } from "./run/stats.ts";
import type { KernelAttributes, Operation } from "./record/operation.ts";
import { sameShape, tensorType, type NumericType, type TensorType, type Values } from "./record/types.ts";

/** Runs the recorded kernels: an `Executor`, or in an export a tracer. */
export type BackendExecutor = Pick<
  Executor,
  "recorder" | "pool" | "stats" | "onWebgpu" | "anyLength" | "storageOf" | "release" | "limit" | "flush" | "dispose"
>;

/**
 * A TensorFlow.js backend that records kernels and runs them later, all together, as one ONNX graph. Reading a tensor,
 * or too much pending work, starts a run; tensors disposed by then are never computed.
 */
export class OnnxRuntimeBackend implements KernelBackend {
  readonly executor: BackendExecutor;
  readonly #table: DataTable;
  /** How often values were read. */
  reads = 0;
  /** The checks of ids in the function being traced; undefined if none is. */
  idChecks: IdCheck[] | undefined = undefined;

  /** @param inPlace a backend whose tensors this one uses without moving them, and the reverse; for a trace */
  constructor(executor: BackendExecutor, inPlace?: OnnxRuntimeBackend) {
    this.executor = executor;
    this.#table = new DataTable(this, executor.pool, inPlace === undefined ? undefined : inPlace.#table);
  }

  // ---- used by kernels

  /** The tensor's data; moves the tensor here if it is in another backend. */
  dataOf(dataId: DataId): Data | PlainData {
    return this.#table.get(dataId);
  }

  /** The tensor's data with the info's shape, for tensors of numbers. */
  numeric(info: TensorInfo): Data {
    const data = this.dataOf(info.dataId);
    if (data instanceof PlainData)
      throw new Error(
        `backend-onnxruntime: a ${data.dtype} tensor cannot be used in a graph. Use float32, int32 or bool.`,
      );
    return data.quantized === undefined ? data : recordDequantize(this.executor.recorder, data.type, data.quantized);
  }

  /** Records a kernel with one output. */
  record<Attributes extends KernelAttributes>(
    operation: Operation<Attributes>,
    attributes: Attributes,
    inputs: readonly TensorInfo[],
    dtype: DataType,
    shape: readonly number[],
  ): TensorInfo {
    return this.recordMany(operation, attributes, inputs, [tensorType(dtype as NumericType, shape)])[0]!;
  }

  recordMany<Attributes extends KernelAttributes>(
    operation: Operation<Attributes>,
    attributes: Attributes,
    inputs: readonly TensorInfo[],
    outputTypes: readonly TensorType[],
  ): TensorInfo[] {
    const sources: Source[] = [];
    const types: TensorType[] = [];
    for (const input of inputs) {
      const data = this.numeric(input);
      if (input instanceof tf.Variable) {
        data.source.frozen = !input.trainable;
        data.source.variable = input.id;
        if (input.rank > 0 && operation.name !== "LayerNorm" && data.source.storage !== undefined)
          this.executor.pool.toFloat16?.(data.source.storage); // norms compute in float32
      }
      sources.push(data.source);
      types.push(sameShape(data.type.shape, input.shape) ? data.type : tensorType(data.type.dtype, input.shape));
    }
    const outputs = this.executor.recorder
      .record(operation, attributes, sources, types, outputTypes)
      .map((source) => this.#info(new Data(source, source.type)));
    this.executor.limit(); // only now: a run may free what the inputs were computed from
    return outputs;
  }

  /** The same values with another shape; no copy. */
  view(info: TensorInfo, shape: readonly number[]): TensorInfo {
    this.dataOf(info.dataId).references++;
    return { dataId: info.dataId, shape: shape as number[], dtype: info.dtype };
  }

  /** A tensor of these values; the array is kept, not copied. */
  make(values: BackendValues, shape: readonly number[], dtype: DataType): TensorInfo {
    return { dataId: this.write(values, [...shape], dtype), shape: [...shape], dtype };
  }

  /** A float32 tensor in this backend's memory; `fill` must write all of it. */
  makeFloats(shape: readonly number[], fill: (values: Float32Array) => void): TensorInfo {
    return this.#info(filledData(this.executor.pool, shape, "float32", fill as (values: Values) => void));
  }

  /** The same for bool, one byte each: 0 or 1. */
  makeBytes(shape: readonly number[], fill: (values: Uint8Array) => void): TensorInfo {
    return this.#info(filledData(this.executor.pool, shape, "bool", fill as (values: Values) => void));
  }

  makeComplex(real: TensorInfo, imaginary: TensorInfo): TensorInfo {
    const parts = { real: this.numeric(real), imaginary: this.numeric(imaginary) };
    parts.real.references++;
    parts.imaginary.references++;
    return { dataId: this.#table.add(new PlainData(real.shape, parts)), shape: real.shape, dtype: "complex64" };
  }

  /** Whether the tensor is in this backend now. */
  holds(dataId: DataId): boolean {
    return this.#table.has(dataId);
  }

  /** A tensor for a source that no other tensor has. */
  fromSource(source: Source): TensorInfo {
    return this.#info(new Data(source, source.type));
  }

  /** The values of a computed tensor, read-only; undefined if the tensor is pending. */
  valuesInMemory(dataId: DataId): Values | undefined {
    const data = this.dataOf(dataId);
    return data instanceof Data ? computedValues(data.source.storage) : undefined;
  }

  /** Called by ops for int32 ids that it checks: `check` throws if one is outside [0, count). */
  noteIds(dataId: DataId, count: number, check: CheckValues): void {
    this.idChecks?.push({ source: (this.dataOf(dataId) as Data).source, count, check });
  }

  disposeInfo(info: TensorInfo): void {
    this.disposeData(info.dataId);
  }

  // ---- called by TensorFlow.js

  write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    return this.#table.add(this.#fromValues(values, shape, dtype));
  }

  move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, refCount: number): void {
    const data = this.#fromValues(values, shape, dtype);
    data.references = refCount;
    this.#table.addForeign(dataId, data);
  }

  readSync(dataId: DataId): BackendValues {
    this.reads++;
    if (tf.findBackend(tf.getBackend()) !== this) checkMovable(this.executor, this.dataOf(dataId));
    return readData(this.executor, this.dataOf(dataId));
  }

  async read(dataId: DataId): Promise<BackendValues> {
    this.reads++;
    return readDataAsync(this.executor, this.dataOf(dataId));
  }

  disposeData(dataId: DataId, force = false): boolean {
    if (!this.#table.has(dataId)) return true;
    const data = this.#table.release(dataId, force);
    if (data === undefined) return false;
    if (data instanceof Data) for (const source of data.sources) this.executor.release(source);
    else for (const part of Object.values(data.parts ?? {})) this.disposeData(part);
    return true;
  }

  incRef(dataId: DataId): void {
    this.dataOf(dataId).references++;
  }

  refCount(dataId: DataId): number {
    return this.#table.references(dataId);
  }

  numDataIds(): number {
    return this.#table.count;
  }

  memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  /** Whether its GPU is lost, and with it all tensors: register the backend again. */
  get lost(): boolean {
    return this.executor.pool.remote?.lost === true;
  }

  /** Counters since the backend was created. */
  stats(): Stats {
    return { ...this.executor.stats, fallbacks: { ...this.executor.stats.fallbacks } };
  }

  timerAvailable(): boolean {
    return true;
  }

  /** Not async: in debug mode tfjs calls kernels through it, and their errors must reach the caller. */
  time(run: () => void): Promise<{ kernelMs: number }> {
    this.executor.flush();
    const before = this.executor.stats.runMilliseconds;
    run();
    this.executor.flush(true);
    return Promise.resolve({ kernelMs: this.executor.stats.runMilliseconds - before });
  }

  floatPrecision(): 16 | 32 {
    return this.executor.pool.toFloat16 === undefined ? 32 : 16;
  }

  epsilon(): number {
    return 1e-7;
  }

  readToGPU(): never {
    throw new Error("backend-onnxruntime: tensors live in main memory, not on a GPU. Read them with data().");
  }

  createTensorFromGPUData(): never {
    throw new Error("backend-onnxruntime: tensors live in main memory, not on a GPU. Make them with tf.tensor().");
  }

  dispose(): void {
    this.executor.dispose();
  }

  #info(data: Data): TensorInfo {
    return { dataId: this.#table.add(data), shape: data.type.shape as number[], dtype: data.type.dtype };
  }

  #fromValues(values: BackendValues, shape: readonly number[], dtype: DataType): Data | PlainData {
    if (dtype === "string") return new PlainData(shape, values as Uint8Array[]);
    if (dtype === "complex64")
      return complexData(values as Float32Array, shape, (part) => this.write(part, [...shape], "float32") as Data);
    return dataOfValues(this.executor.pool, values as Values, shape, dtype);
  }
}
