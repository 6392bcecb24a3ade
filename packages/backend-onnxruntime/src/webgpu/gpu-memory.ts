import type { RemoteAdamW, RemoteMemory, RemoteParameter, Storage, TensorMemory } from "../record/storage.ts";
import type { TensorType, Values } from "../record/types.ts";
import { AdamWShaders } from "./adam-w-shaders.ts";
import { DropoutShader } from "./dropout-shader.ts";
import type { GpuQueue } from "./gpu-queue.ts";
import { bufferBytes, GpuStorage, valuesOfBytes } from "./gpu-storage.ts";

/** Up to this many bytes, uploaded values are also kept in main memory: ids that are checked, and scalars. */
const smallBytes = 1 << 16;
/** Maximum bytes of free buffers that are kept for later tensors of the same length. */
const keptBytes = 2 ** 28;

/** Tensors in buffers of the GPU. Only new values are uploaded, and only requested values are read. */
export class GpuMemory implements TensorMemory {
  readonly remote: RemoteMemory;
  uploadedBytes = 0;
  readBytes = 0;
  /** Bytes of all buffers of tensors. */
  bytes = 0;
  readonly #queue: GpuQueue;
  readonly #free: Map<number, GPUBuffer[]> = new Map();
  #freeBytes = 0;

  constructor(queue: GpuQueue) {
    this.#queue = queue;
    const optimizer = new AdamWShaders(queue.device, (bytes) => (this.uploadedBytes += bytes));
    const dropout = new DropoutShader(queue.device);
    this.remote = {
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
    if (own.buffer !== undefined || own.copy === undefined) return;
    const { copy } = own;
    const buffer = this.#buffer(copy.byteLength);
    own.buffer = buffer;
    void this.#try(own, () => this.#upload(buffer, copy));
    if (copy.byteLength > smallBytes) own.copy = undefined;
  }

  #upload(buffer: GPUBuffer, values: Values): void {
    let bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    if (bytes.length % 4 !== 0) {
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      bytes = padded;
    }
    this.uploadedBytes += bytes.length;
    this.#queue.device.queue.writeBuffer(buffer, 0, bytes);
  }

  async #read(storage: GpuStorage, { dtype, size, bytes }: TensorType): Promise<Values> {
    if (storage.copy !== undefined) return storage.copy.slice();
    const { device } = this.#queue;
    const { buffer } = storage;
    const staging = await this.#queue.add(() => {
      if (storage.failure !== undefined) throw storage.failure;
      const target = device.createBuffer({
        size: bufferBytes(bytes),
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer!, 0, target, 0, Math.ceil(bytes / 4) * 4);
      device.queue.submit([encoder.finish()]);
      return target;
    });
    try {
      await staging.mapAsync(GPUMapMode.READ);
      this.#queue.check();
      this.readBytes += bytes;
      return valuesOfBytes(dtype, staging.getMappedRange().slice(0), size);
    } finally {
      staging.destroy();
    }
  }

  #copyOf(storage: GpuStorage, type: TensorType): GpuStorage {
    this.adopt(storage);
    const { buffer } = storage;
    const copy = this.take(type);
    const target = copy.buffer!;
    void this.#try(copy, () => {
      if (storage.failure !== undefined) throw storage.failure;
      const encoder = this.#queue.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer!, 0, target, 0, Math.ceil(type.bytes / 4) * 4);
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
