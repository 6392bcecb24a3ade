import type { Session, Sessions, SessionTensor } from "../run/session.ts";
import { GpuMemory } from "./gpu-memory.ts";
import type { GpuQueue } from "./gpu-queue.ts";
import type { GpuStorage } from "./gpu-storage.ts";
import { createOrtSession, type OrtApi, type OrtSession, type OrtTensor } from "./ort-api.ts";

/** One model on onnxruntime-web's WebGPU provider, compiled and run in the order of the queue. */
class WebgpuSession implements Session {
  readonly #ort: OrtApi;
  readonly #queue: GpuQueue;
  readonly #session: Promise<OrtSession>;

  constructor(ort: OrtApi, queue: GpuQueue, model: Uint8Array) {
    this.#ort = ort;
    this.#queue = queue;
    this.#session = queue.add(() => createOrtSession(ort, queue.device, model));
    this.#session.catch(() => {}); // a run throws the error
  }

  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): Promise<void> {
    const [inputs, outputs] = [feeds, fetches].map((tensors) =>
      Object.entries(tensors as Record<string, SessionTensor>).map(([name, { type, dims, storage }]) => {
        const own = storage as GpuStorage;
        return { name, type: own.inFloat16 ? "float16" : type, dims, storage: own, buffer: own.buffer! };
      }),
    ) as [Given[], Given[]];
    return this.#queue.add(async () => {
      const failed = inputs.find(({ storage }) => storage.failure !== undefined);
      if (failed !== undefined) throw failed.storage.failure;
      const session = await this.#session;
      await session.run(this.#tensors(inputs), this.#tensors(outputs));
    });
  }

  runFree(): never {
    throw new Error("results of unknown shapes are not available synchronously on WebGPU");
  }

  endProfiling(): void {}

  dispose(): void {
    void this.#queue.add(async () => (await this.#session).release()).catch(() => {});
  }

  #tensors(given: readonly Given[]): Record<string, OrtTensor> {
    return Object.fromEntries(
      given.map(({ name, type, dims, buffer }) => [
        name,
        this.#ort.Tensor.fromGpuBuffer(buffer, { dataType: type, dims: [...dims] }),
      ]),
    );
  }
}

interface Given {
  readonly name: string;
  readonly type: SessionTensor["type"] | "float16";
  readonly dims: readonly number[];
  readonly storage: GpuStorage;
  readonly buffer: GPUBuffer;
}

/** Sessions on the GPU of a page. */
export function webgpuSessions(
  ort: OrtApi,
  queue: GpuQueue,
  float16 = false,
): Sessions & { readonly memory: GpuMemory } {
  return {
    firstOutput: undefined,
    remote: true,
    onWebgpu: true,
    float16,
    memory: new GpuMemory(queue, float16),
    open: (model) => new WebgpuSession(ort, queue, model),
  };
}
