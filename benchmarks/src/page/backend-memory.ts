import * as tf from "@tensorflow/tfjs-core";

/** What the backends report about their memory. */
interface BackendInternals {
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

const internals = (): BackendInternals => (tf.getBackend() ? (tf.backend() as BackendInternals) : {});

/** Bytes of the active backend's memory; undefined if it is unknown. */
export function memoryBytes(): number | undefined {
  const { executor, wasm } = internals();
  const pool = executor?.pool;
  if (pool !== undefined) return pool.loops?.memory.buffer.byteLength ?? pool.bytes;
  return wasm?.HEAPU8.byteLength ?? (tf.memory() as { numBytesInGPU?: number }).numBytesInGPU;
}

/** Bytes that the active backend copied into its memory, and read from a GPU, until now. */
export function transferredBytes(): { copied: number | undefined; read: number | undefined } {
  const pool = internals().executor?.pool;
  return { copied: pool?.copiedBytes ?? pool?.uploadedBytes, read: pool?.readBytes };
}
