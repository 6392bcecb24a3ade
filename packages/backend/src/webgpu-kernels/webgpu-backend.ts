import type { FusedKernels } from "@bertkit/ops";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";

/** A tensor's data in tfjs-backend-webgpu 4.22. */
export interface TensorData {
  /** The bytes on the GPU: a buffer, or part of one. Missing while the values are in main memory only. */
  resource?: GPUBuffer | GPUBufferBinding | null;
  /** Values in main memory. */
  values?: unknown;
  /** The buffer belongs to the program that made the tensor of it. */
  external?: boolean;
}

/** What the kernels here use of tfjs-backend-webgpu 4.22, including internal members. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  readonly tensorMap: { get(dataId: object): TensorData; has(dataId: object): boolean };
  readonly commandEncoder: GPUCommandEncoder | null;
  /** Tensors that recorded commands use: their buffers are released after the next submit. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  /** Buffers to destroy after the next submit. */
  readonly stagingPendingDisposal: GPUBuffer[];
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  };
  makeTensorInfo(shape: readonly number[], dtype: DataType, values?: ArrayLike<number>): TensorInfo;
  uploadToGPU(dataId: object): void;
  disposeData(dataId: object, force?: boolean): boolean;
  refCount(dataId: object): number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  recordAndSubmit(
    program: object,
    output: TensorInfo,
    inputs: readonly TensorInfo[],
    numbers: readonly { readonly type: string; readonly data: number[] }[],
  ): void;
  releaseResource(dataId: object): void;
  getBufferData(buffer: GPUBuffer | GPUBufferBinding): Promise<ArrayBuffer | null>;
  convertAndCacheOnCPU(dataId: object, values: unknown): unknown;
  readSync(dataId: object): unknown;
  readToGPU(dataId: object): unknown;
}

export type Kernels = FusedKernels<TensorInfo>;

/** A kernel of ops' contract. */
export type WebgpuKernel<Name extends keyof Kernels> = (
  backend: WebgpuBackend,
  inputs: Kernels[Name]["inputs"],
  attributes: Kernels[Name]["attributes"],
) => Kernels[Name]["outputs"];

/** A new tensor for a program to write; one without elements is complete. */
export function makeOutput(backend: WebgpuBackend, shape: readonly number[], dtype: DataType = "float32"): TensorInfo {
  return backend.makeTensorInfo(shape, dtype, shape.includes(0) ? new Float32Array(0) : undefined);
}

/** The encoder for commands other than dispatches, after those recorded so far. */
export function encoderOf(backend: WebgpuBackend): GPUCommandEncoder {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  return backend.commandEncoder!;
}

/** Number of elements. */
export function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, size) => product * size, 1);
}
