import { DispatchError } from "./dispatch-error.ts";

/** Of a device, copied: asking the device takes longer. */
export type BufferLimits = Pick<
  GPUSupportedLimits,
  "maxBufferSize" | "maxStorageBufferBindingSize" | "maxStorageBuffersPerShaderStage"
>;

const smaller = 'Use smaller batches, shorter texts or a smaller vocabulary, or useBackend("wasm").';

/** @throws DispatchError if the GPU has no buffer of that many bytes */
export function requireBufferSize({ maxBufferSize }: BufferLimits, size: number, kernel: string | undefined): void {
  if (size <= maxBufferSize) return;
  const what = kernel === undefined ? "a tensor" : `the kernel ${kernel} needs a tensor`;
  throw new DispatchError(
    `webgpu: ${what} of ${size} bytes, this GPU has buffers of at most ${maxBufferSize}. ${smaller}`,
    kernel === undefined ? [] : [kernel],
  );
}

/**
 * Checks the bindings of one dispatch: WebGPU reports these errors later, and TensorFlow.js computes on with the old
 * values of a buffer. Runs at every dispatch, so it asks WebGPU's objects only where something is large.
 * @param entries output, inputs and uniforms
 * @throws DispatchError if a buffer is larger than the GPU can bind, or there are too many
 */
export function requireWithinLimits(
  { maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage }: BufferLimits,
  entries: readonly GPUBindGroupEntry[],
  kernel = "unknown",
): void {
  for (const { resource } of entries) {
    const { buffer, size = buffer?.size ?? 0 } = resource as Partial<GPUBufferBinding>;
    if (size <= maxStorageBufferBindingSize || !isStorage(buffer)) continue;
    throw new DispatchError(
      `webgpu: the kernel ${kernel} needs a tensor of ${size} bytes, this GPU binds at most ${maxStorageBufferBindingSize}. ${smaller}`,
      [kernel],
    );
  }
  if (entries.length <= maxStorageBuffersPerShaderStage) return;
  const count = entries.filter(({ resource }) => isStorage((resource as Partial<GPUBufferBinding>).buffer)).length;
  if (count <= maxStorageBuffersPerShaderStage) return;
  throw new DispatchError(
    `webgpu: the kernel ${kernel} uses ${count} tensors at once, this GPU binds at most ${maxStorageBuffersPerShaderStage}. Pass fewer, or useBackend("wasm").`,
    [kernel],
  );
}

function isStorage(buffer: GPUBuffer | undefined): boolean {
  return buffer !== undefined && (buffer.usage & GPUBufferUsage.STORAGE) !== 0;
}
