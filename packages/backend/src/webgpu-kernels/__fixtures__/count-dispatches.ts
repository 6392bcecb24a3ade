let count = 0;
let watching = false;

/** Dispatches that `record` adds to the GPU's encoders. */
export async function dispatchesOf(record: () => unknown): Promise<number> {
  if (!watching) {
    watching = true;
    const encoder = (globalThis as unknown as { GPUComputePassEncoder: { prototype: GPUComputePassEncoder } })
      .GPUComputePassEncoder.prototype;
    const { dispatchWorkgroups } = encoder;
    encoder.dispatchWorkgroups = function (...sizes) {
      count++;
      dispatchWorkgroups.apply(this, sizes);
    };
  }
  const before = count;
  await record();
  return count - before;
}
