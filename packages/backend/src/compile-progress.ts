/** Shaders that a page or worker compiles on WebGPU. */
export interface CompileProgress {
  readonly compiled: number;
  /** All that were asked for so far. A step asks for its shaders as it comes to them, so this grows during the first. */
  readonly requested: number;
}

let listener: ((progress: CompileProgress) => void) | undefined;
let [compiled, requested] = [0, 0];
let counts = false;

/**
 * Reports the compilation of shaders from now on, until the next call; counting starts again from 0.
 * @param report undefined: no report
 */
export function reportCompilation(report: ((progress: CompileProgress) => void) | undefined): void {
  listener = report;
  [compiled, requested] = [0, 0];
  if (report === undefined || counts || typeof GPUDevice === "undefined") return;
  counts = true;
  const { prototype } = GPUDevice;
  const { createComputePipeline, createComputePipelineAsync } = prototype;
  prototype.createComputePipeline = function (this: GPUDevice, descriptor) {
    if (listener === undefined) return createComputePipeline.call(this, descriptor);
    // The call returns before the pipeline is compiled; its error scope closes after that.
    this.pushErrorScope("internal");
    const pipeline = createComputePipeline.call(this, descriptor);
    void count(this.popErrorScope(), this);
    return pipeline;
  };
  prototype.createComputePipelineAsync = function (this: GPUDevice, descriptor) {
    const pipeline = createComputePipelineAsync.call(this, descriptor);
    if (listener !== undefined)
      void count(
        pipeline.then(() => null),
        this,
      );
    return pipeline;
  };
}

async function count(done: Promise<GPUError | null>, device: GPUDevice): Promise<void> {
  const report = listener!;
  requested++;
  report({ compiled, requested });
  const error = await done.catch(() => null); // a lost device, or what the caller of an asynchronous one sees
  // To those who listen for errors, as without the scope.
  if (error !== null) device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
  if (report !== listener) return;
  compiled++;
  report({ compiled, requested });
}
