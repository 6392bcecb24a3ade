import type { RemoteAdamW, RemoteMemory, RemoteParameter, Storage, TensorMemory } from "../record/storage.ts";
import type { TensorType, Values } from "../record/types.ts";
import { AdamWShaders } from "./adam-w-shaders.ts";
import { DropoutShader } from "./dropout-shader.ts";
import { float16Bits, float16Numbers } from "../float16/float16-values.ts";
import type { GpuQueue } from "./gpu-queue.ts";
import { bufferBytes, GpuStorage, valuesOfBytes } from "./gpu-storage.ts";
import { WidenShader } from "./widen-shader.ts";

/** Up to this many bytes, uploaded values are also kept in main memory: ids that are checked, and scalars. */
const smallBytes = 1 << 16;
/** Maximum bytes of free buffers that are kept for later tensors of the same length. */
const keptBytes = 2 ** 28;

/** Tensors in buffers of the GPU. Only new values are uploaded, and only requested values are read. */
export class GpuMemory implements TensorMemory {
  readonly remote: RemoteMemory;
  readonly toFloat16?: (storage: Storage) => void;
  uploadedBytes = 0;
  readBytes = 0;
  /** Bytes of all buffers of tensors. */
  bytes = 0;
  readonly #queue: GpuQueue;
  readonly #free: Map<number, GPUBuffer[]> = new Map();
  readonly #widen: WidenShader;
  #freeBytes = 0;

  /** @param float16 whether weights are stored in float16 */
  constructor(queue: GpuQueue, float16 = false) {
    this.#queue = queue;
    this.#widen = new WidenShader(queue.device);
    if (float16) this.toFloat16 = (storage) => this.#round(storage as GpuStorage);
    const optimizer = new AdamWShaders(queue.device, (bytes) => (this.uploadedBytes += bytes));
    const dropout = new DropoutShader(queue.device);
    this.remote = {
      get lost(): boolean {
        return queue.lost;
      },
      read: (storage, type) => this.#read(storage as GpuStorage, type),
      copyOf: (storage, type) => this.#copyOf(storage as GpuStorage, type),
      dropoutMask: (type, threshold, seed) => {
        const storage = this.take(type);
        const buffer = storage.buffer!; // the tensor may be disposed before the job runs
        void this.#try(storage, () => dropout.fill(buffer, type.size, threshold, seed));
        return storage;
      },
      adamW: (parameters, numbers) => this.#adamW(optimizer, parameters, numbers),
    };
  }

  /** @throws if the GPU does not allow a buffer of that length */
  take({ bytes }: TensorType): GpuStorage {
    return new GpuStorage(this.#buffer(bytes));
  }

  hold(values: Values): GpuStorage {
    return new GpuStorage(undefined, values);
  }

  give(storage: Storage): void {
    const { buffer, kept } = storage as GpuStorage;
    if (buffer === undefined || kept === true) return;
    (storage as GpuStorage).buffer = undefined;
    this.#keep(buffer);
  }

  /** Keeps a buffer for a later tensor. */
  #keep(buffer: GPUBuffer): void {
    const list = this.#free.get(buffer.size) ?? [];
    list.push(buffer);
    this.#free.delete(buffer.size);
    this.#free.set(buffer.size, list);
    this.#freeBytes += buffer.size;
    while (this.#freeBytes > keptBytes) this.#dropOldest();
  }

  clear(): void {
    while (this.#freeBytes > 0) this.#dropOldest();
  }

  /** Starts to upload values of the caller, if they are not in a buffer yet. */
  adopt(storage: Storage): void {
    const own = storage as GpuStorage;
    const values = own.bits ?? own.copy;
    if (own.buffer !== undefined || values === undefined) return;
    const buffer = this.#buffer(values.byteLength);
    own.buffer = buffer;
    void this.#try(own, () => this.#upload(buffer, values));
    own.bits = undefined;
    if (own.copy !== undefined && own.copy.byteLength > smallBytes) own.copy = undefined;
  }

  /** Rounds values that are still to be uploaded. */
  #round(storage: GpuStorage): void {
    const { buffer, copy, inFloat16, tooLarge } = storage;
    if (inFloat16 || tooLarge || buffer !== undefined || !(copy instanceof Float32Array)) return;
    const bits = float16Bits(copy);
    storage.tooLarge = bits === undefined;
    if (bits === undefined) return;
    storage.inFloat16 = true;
    storage.bits = bits;
    storage.copy = copy.byteLength > smallBytes ? undefined : float16Numbers(bits);
  }

  /** Stores the values in float32 again, for an update in place. */
  #toFloat32(storage: GpuStorage, size: number): void {
    if (!storage.inFloat16) return;
    const from = storage.buffer!;
    const to = this.#buffer(4 * size);
    storage.buffer = to;
    storage.inFloat16 = false;
    void this.#try(storage, () => {
      this.#widen.widen(from, to, size);
    }).finally(() => this.#keep(from));
  }

  #upload(buffer: GPUBuffer, values: Values | Uint16Array): void {
    let bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    if (bytes.length % 4 !== 0) {
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      bytes = padded;
    }
    this.uploadedBytes += bytes.length;
    this.#queue.device.queue.writeBuffer(buffer, 0, bytes);
  }

  async #read(storage: GpuStorage, type: TensorType): Promise<Values> {
    if (storage.copy !== undefined) return storage.copy.slice();
    this.adopt(storage);
    const { device } = this.#queue;
    const { buffer, inFloat16 } = storage;
    const bytes = storedBytes(storage, type);
    const { staging, checked } = await this.#queue.add(() => {
      if (storage.failure !== undefined) throw storage.failure;
      const target = device.createBuffer({
        size: bufferBytes(bytes),
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer!, 0, target, 0, Math.ceil(bytes / 4) * 4);
      device.queue.submit([encoder.finish()]);
      return { staging: target, checked: this.#queue.check().catch((error: Error): Error | void => error) };
    });
    try {
      const mapped = staging.mapAsync(GPUMapMode.READ).catch((error: Error) => error);
      const error = (await checked) ?? (await mapped); // the first one names the cause
      if (error !== undefined) throw error;
      this.readBytes += bytes;
      const content = staging.getMappedRange().slice(0);
      return inFloat16
        ? float16Numbers(new Uint16Array(content, 0, type.size))
        : valuesOfBytes(type.dtype, content, type.size);
    } finally {
      staging.destroy();
    }
  }

  #copyOf(storage: GpuStorage, type: TensorType): GpuStorage {
    this.adopt(storage);
    const { buffer, inFloat16 } = storage;
    const bytes = storedBytes(storage, type);
    const target = this.#buffer(bytes);
    const copy = new GpuStorage(target);
    copy.inFloat16 = inFloat16;
    void this.#try(copy, () => {
      if (storage.failure !== undefined) throw storage.failure;
      const encoder = this.#queue.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer!, 0, target, 0, Math.ceil(bytes / 4) * 4);
      this.#queue.device.queue.submit([encoder.finish()]);
    });
    return copy;
  }

  #adamW(optimizer: AdamWShaders, parameters: readonly RemoteParameter[], numbers: RemoteAdamW): void {
    const bound = parameters.map(({ size, weightDecay, ...storages }) => {
      const [values, firstMoments, secondMoments, gradient] = [
        storages.values,
        storages.firstMoments,
        storages.secondMoments,
        storages.gradient,
      ].map((storage) => {
        this.adopt(storage);
        return storage as GpuStorage;
      }) as [GpuStorage, GpuStorage, GpuStorage, GpuStorage];
      this.#toFloat32(values, size);
      for (const changed of [values, firstMoments, secondMoments]) changed.copy = undefined;
      const buffers = [values, firstMoments, secondMoments, gradient].map(({ buffer }) => buffer!);
      return { size, weightDecay, gradient, buffers };
    });
    void this.#queue
      .add(() => {
        if (bound.every(({ gradient }) => gradient.failure === undefined)) optimizer.update(bound, numbers);
      })
      .catch(() => {}); // reading a result throws if the device is lost
  }

  #try(storage: GpuStorage, job: () => void): Promise<void> {
    return this.#queue.add(job).catch((error: unknown) => void (storage.failure = error as Error));
  }

  #buffer(bytes: number): GPUBuffer {
    const { device } = this.#queue;
    const size = bufferBytes(bytes);
    const known = this.#free.get(size)?.pop();
    if (known !== undefined) {
      this.#freeBytes -= size;
      return known;
    }
    const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (size > limit) throw new Error(`a tensor's memory on this GPU has at most ${limit} bytes, got ${bytes}`);
    this.bytes += size;
    return device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  /** Queued work may still use the buffer, so it is destroyed after that. */
  #dropOldest(): void {
    const [size, list] = this.#free.entries().next().value!;
    const buffer = list.shift();
    if (list.length === 0) this.#free.delete(size);
    if (buffer === undefined) return;
    this.#freeBytes -= size;
    this.bytes -= size;
    void this.#queue.add(() => buffer.destroy()).catch(() => {});
  }
}

function storedBytes({ inFloat16 }: GpuStorage, { size, bytes }: TensorType): number {
  return inFloat16 ? 2 * size : bytes;
}
