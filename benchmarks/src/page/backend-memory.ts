import * as tf from "@tensorflow/tfjs-core";

/** What the backends tell about their memory. */
interface Insides {
  readonly wasm?: { readonly HEAPU8: Uint8Array };
  readonly executor?: {
    readonly pool: {
      /** On wasm. */
      readonly copiedBytes?: number;
      readonly loops?: { memory: WebAssembly.Memory };
      /** On WebGPU. */
      readonly uploadedBytes?: number;
      readonly readBytes?: number;
      readonly bytes?: number;
    };
  };
}

const insides = (): Insides => (tf.getBackend() === "" ? {} : (tf.backend() as Insides));

/** Bytes of the active backend's memory; undefined if it does not tell. */
export function memoryBytes(): number | undefined {
  const { executor, wasm } = insides();
  const pool = executor?.pool;
  if (pool !== undefined) return pool.loops?.memory.buffer.byteLength ?? pool.bytes;
  return wasm?.HEAPU8.byteLength ?? (tf.memory() as { numBytesInGPU?: number }).numBytesInGPU;
}

/** Bytes that the active backend copied into its memory, and read from a GPU, until now. */
export function moved(): { copied: number | undefined; read: number | undefined } {
  const pool = insides().executor?.pool;
  return { copied: pool?.copiedBytes ?? pool?.uploadedBytes, read: pool?.readBytes };
}
