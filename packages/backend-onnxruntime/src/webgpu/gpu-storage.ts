import type { Storage } from "../record/storage.ts";
import type { NumericType, Values } from "../record/types.ts";

/** Values in a buffer of the GPU, or still to be uploaded. */
export class GpuStorage implements Storage {
  readonly remote = true;
  exposed = false;
  kept?: boolean;
  version?: number;
  failure?: Error | undefined;
  copy: Values | undefined;
  buffer: GPUBuffer | undefined;
  /** Float16 bits that are still to be uploaded. */
  bits: Uint16Array | undefined;
  inFloat16 = false;
  /** Whether float16 cannot have the values. */
  tooLarge = false;

  constructor(buffer: GPUBuffer | undefined, copy?: Values) {
    this.buffer = buffer;
    this.copy = copy;
  }

  get values(): Values {
    if (this.copy !== undefined) return this.copy;
    throw new Error(
      'backend-onnxruntime: on WebGPU numbers are read asynchronously, got dataSync, arraySync or an operation that runs in JavaScript. Use await tensor.data(), or the backend "wasm".',
    );
  }
}

/**
 * Length of the buffer for so many bytes: whole words for shaders, and rounded up so that buffers are reused more often.
 */
export function bufferBytes(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

export function valuesOfBytes(dtype: NumericType, bytes: ArrayBuffer, size: number): Values {
  if (dtype === "float32") return new Float32Array(bytes, 0, size);
  return dtype === "int32" ? new Int32Array(bytes, 0, size) : new Uint8Array(bytes, 0, size);
}
