import * as tf from "@tensorflow/tfjs-core";
import type { DataId, DataType, KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";
import { dequantize } from "./quantize/dequantize.ts";
import { dequantizeMatrix } from "./quantize/quantize-matrix.ts";
import { Data, PlainData, type QuantizedSource, temporaryInfo } from "./record/data.ts";
import { Source } from "./record/source.ts";
import { allocate, valuesAtHand } from "./record/storage.ts";
import type { Executor, Stats } from "./run/executor.ts";
import type { KernelAttributes, Operation } from "./record/operation.ts";
import { sameShape, tensorType, type NumericType, type TensorType, type Values } from "./record/types.ts";

/** Values that a tensor of this backend can be created from: tfjs's BackendValues. */
type BackendValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** Runs the recorded kernels: an `Executor`, or in an export a tracer. */
export type BackendExecutor = Pick<
  Executor,
  "recorder" | "pool" | "stats" | "storageOf" | "release" | "limit" | "flush" | "dispose"
>;

/**
 * A TensorFlow.js backend that records kernels and runs them later, all together, as one ONNX graph. Reading a tensor,
 * or too much pending work, starts a run; tensors disposed by then are never computed.
 */
export class OnnxRuntimeBackend implements KernelBackend {
  readonly executor: BackendExecutor;
  /** Tensors from other backends keep their dataId. */
  readonly #foreign: tf.DataStorage<Data | PlainData>;
  #count = 0;
  /** How often values were read. */
  reads = 0;

  constructor(executor: BackendExecutor) {
    this.executor = executor;
    this.#foreign = new tf.DataStorage(this, tf.engine());
  }

  // ---- used by kernels

  /** The tensor's data; one that lives in another backend is moved here first. */
  dataOf(dataId: DataId): Data | PlainData {
    return isLocal(dataId) ? dataId : this.#foreign.get(dataId);
  }

  /** The tensor's data with the info's shape, for tensors of numbers. */
  numeric(info: TensorInfo): Data {
    const data = this.dataOf(info.dataId);
    if (data instanceof PlainData)
      throw new Error(
        `backend-onnxruntime: a ${data.dtype} tensor cannot be used in a graph. Use float32, int32 or bool.`,
      );
    return data.quantized === undefined ? data : this.#dequantized(data.type, data.quantized);
  }

  /** The numbers of a matrix of bytes, computed for whichever kernel reads them and not kept. */
  #dequantized(type: TensorType, quantized: QuantizedSource): Data {
    const { bytes, scales, axis } = quantized;
    const inputs = [bytes, scales];
    const types = inputs.map((source) => source.type);
    const source = this.executor.recorder.record(dequantize, { axis }, inputs, types, [type])[0]!;
    source.held = false;
    const data = new Data(source, type);
    data.quantized = quantized;
    return data;
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

  /** Remembers that `repeated` is `info` broadcast, so that an element-wise kernel may read the smaller one. */
  noteBroadcast(repeated: TensorInfo, info: TensorInfo): void {
    const data = this.numeric(repeated);
    data.broadcastOf = this.numeric(info).source;
    data.broadcastType = tensorType(info.dtype as NumericType, info.shape);
  }

  /** The smaller tensor, as long as its memory certainly exists: until the broadcast has run. */
  beforeBroadcast(repeated: TensorInfo): TensorInfo | undefined {
    const { source, type, broadcastOf, broadcastType } = this.numeric(repeated);
    if (broadcastOf === undefined || source.node === undefined || !sameShape(type.shape, repeated.shape))
      return undefined;
    return temporaryInfo(broadcastOf, broadcastType!);
  }

  /** A tensor of these values; the array is kept, not copied. */
  make(values: BackendValues, shape: readonly number[], dtype: DataType): TensorInfo {
    return { dataId: this.write(values, [...shape], dtype), shape: [...shape], dtype };
  }

  /** A float32 tensor in this backend's memory; `fill` must write all of it. */
  makeFloats(shape: readonly number[], fill: (values: Float32Array) => void): TensorInfo {
    return this.#made(tensorType("float32", shape), fill as (values: Values) => void);
  }

  /** The same for bool, one byte each: 0 or 1. */
  makeBytes(shape: readonly number[], fill: (values: Uint8Array) => void): TensorInfo {
    return this.#made(tensorType("bool", shape), fill as (values: Values) => void);
  }

  #made(type: TensorType, fill: (values: Values) => void): TensorInfo {
    const source = new Source(type);
    const { pool } = this.executor;
    if (pool.hold === undefined) {
      source.storage = pool.take(type);
      fill(source.storage.values);
    } else {
      const values = allocate(type.dtype, type.size);
      fill(values);
      source.storage = pool.hold(values);
    }
    return this.#info(new Data(source, type));
  }

  makeComplex(real: TensorInfo, imaginary: TensorInfo): TensorInfo {
    const parts = { real: this.numeric(real), imaginary: this.numeric(imaginary) };
    parts.real.references++;
    parts.imaginary.references++;
    this.#count++;
    return { dataId: new PlainData(real.shape, parts), shape: real.shape, dtype: "complex64" };
  }

  /** Whether the tensor lives here now. */
  holds(dataId: DataId): boolean {
    return isLocal(dataId) || this.#foreign.has(dataId);
  }

  /** A tensor for a source that no other tensor has. */
  fromSource(source: Source): TensorInfo {
    return this.#info(new Data(source, source.type));
  }

  /** The values, in memory that the caller must neither keep nor change. */
  valuesOf(data: Data): Values {
    if (data.quantized !== undefined) return this.#rounded(data.type, data.quantized);
    return this.executor.storageOf(data.source).values;
  }

  #rounded({ shape }: TensorType, { bytes, scales, axis }: QuantizedSource): Float32Array {
    const matrix = {
      bytes: this.executor.storageOf(bytes).values as Uint8Array,
      scales: this.executor.storageOf(scales).values as Float32Array,
    };
    return dequantizeMatrix(matrix, shape as [number, number], axis);
  }

  /** The values of a computed tensor, read-only; undefined if the tensor is pending. */
  valuesInMemory(dataId: DataId): Values | undefined {
    const data = this.dataOf(dataId);
    return data instanceof Data ? valuesAtHand(data.source.storage) : undefined;
  }

  /**
   * The tensor's memory if no other tensor and no code outside has it, so that it may be transferred; else undefined.
   */
  ownBuffer({ dataId }: TensorInfo): ArrayBuffer | undefined {
    const data = this.dataOf(dataId);
    if (data instanceof PlainData || data.references > 1 || data.quantized !== undefined) return undefined;
    const storage = this.executor.storageOf(data.source);
    if (storage.remote === true) return undefined;
    const { values, exposed, kept, resident } = storage;
    const { buffer } = values;
    const whole = buffer instanceof ArrayBuffer && buffer.byteLength === values.byteLength;
    return whole && !exposed && kept !== true && resident !== true ? buffer : undefined;
  }

  disposeInfo(info: TensorInfo): void {
    this.disposeData(info.dataId);
  }

  // ---- called by TensorFlow.js

  write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    this.#count++;
    return this.#fromValues(values, shape, dtype);
  }

  move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, refCount: number): void {
    this.#count++;
    const data = this.#fromValues(values, shape, dtype);
    data.references = refCount;
    this.#foreign.set(dataId, data);
  }

  readSync(dataId: DataId): BackendValues {
    this.reads++;
    const data = this.dataOf(dataId);
    if (data instanceof Data) {
      if (data.quantized !== undefined) return this.#rounded(data.type, data.quantized);
      const storage = this.executor.storageOf(data.source);
      if (storage.resident === true || storage.address !== undefined) return storage.values.slice();
      storage.exposed = true;
      return storage.values;
    }
    if (data.strings !== undefined) return data.strings;
    const { real, imaginary } = data.parts!;
    return tf.backend_util.mergeRealAndImagArrays(
      this.valuesOf(real) as Float32Array,
      this.valuesOf(imaginary) as Float32Array,
    );
  }

  async read(dataId: DataId): Promise<BackendValues> {
    const data = this.dataOf(dataId);
    const { remote } = this.executor.pool;
    if (remote === undefined) return this.readSync(dataId);
    if (data instanceof Data) {
      this.reads++;
      return remote.read(this.executor.storageOf(data.source), data.type);
    }
    if (data.strings !== undefined) return data.strings;
    const { real, imaginary } = data.parts!;
    const [reals, imaginaries] = await Promise.all([this.read(real), this.read(imaginary)]);
    return tf.backend_util.mergeRealAndImagArrays(reals as Float32Array, imaginaries as Float32Array);
  }

  disposeData(dataId: DataId, force = false): boolean {
    const local = isLocal(dataId);
    if (!local && !this.#foreign.has(dataId)) return true;
    const data = local ? dataId : this.#foreign.get(dataId);
    data.references--;
    if (data.references > 0 && !force) return false;
    data.references = 0;
    this.#count--;
    if (!local) this.#foreign.delete(dataId);
    if (data instanceof Data) {
      const { bytes, scales } = data.quantized ?? {};
      for (const source of [data.source, bytes, scales]) if (source !== undefined) this.executor.release(source);
    } else if (data.parts !== undefined) {
      this.disposeData(data.parts.real);
      this.disposeData(data.parts.imaginary);
    }
    return true;
  }

  incRef(dataId: DataId): void {
    this.dataOf(dataId).references++;
  }

  refCount(dataId: DataId): number {
    if (isLocal(dataId)) return dataId.references;
    return this.#foreign.has(dataId) ? this.#foreign.get(dataId).references : 0;
  }

  numDataIds(): number {
    return this.#count;
  }

  memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  /** Counters since the backend was made. */
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
    return 32;
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
    this.#count++;
    return { dataId: data, shape: data.type.shape as number[], dtype: data.type.dtype };
  }

  #fromValues(values: BackendValues, shape: readonly number[], dtype: DataType): Data | PlainData {
    if (dtype === "string") return new PlainData(shape, values as Uint8Array[]);
    if (dtype === "complex64") {
      const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
      const part = (array: Float32Array): Data => this.write(array, [...shape], "float32") as Data;
      return new PlainData(shape, { real: part(real), imaginary: part(imag) });
    }
    const type = tensorType(dtype, shape);
    const source = new Source(type);
    const own = typed(values as Values, dtype);
    source.storage = this.executor.pool.hold?.(own) ?? { values: own, exposed: true };
    return new Data(source, type);
  }
}

/** A tensor that moved to another backend and back is found by its old dataId among the foreign ones. */
function isLocal(dataId: DataId): dataId is Data | PlainData {
  return (dataId instanceof Data || dataId instanceof PlainData) && dataId.references > 0;
}

/**
 * tfjs may pass a bool tensor as Int32Array, and numbers as plain arrays; the native library needs the exact array
 * type, not shared.
 */
function typed(values: Values | readonly number[], dtype: NumericType): Values {
  const kind = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  const exact = values.constructor === kind && (values as Values).buffer instanceof ArrayBuffer;
  return exact ? (values as Values) : kind.from(values as ArrayLike<number>);
}
