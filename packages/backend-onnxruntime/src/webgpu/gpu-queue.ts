/**
 * Runs jobs on a GPU in the order in which they were added. A run of ONNX Runtime is asynchronous: without the queue,
 * later work could reach the GPU before the run has ended.
 */
export class GpuQueue {
  readonly device: GPUDevice;
  #tail: Promise<unknown> = Promise.resolve();
  #lost: Error | undefined;
  /** The first error since the last read. WebGPU reports errors late, and not to the call that caused them. */
  #error: Error | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    device.addEventListener("uncapturederror", ({ error }: GPUUncapturedErrorEvent) => {
      this.#error ??= new Error(
        `backend-onnxruntime: the GPU reported an error: "${error.message}". Results since then are wrong: load the last checkpoint, or use smaller batches.`,
      );
    });
    void this.#watch();
  }

  async #watch(): Promise<void> {
    const { reason, message } = await this.device.lost;
    this.#lost = new Error(
      `backend-onnxruntime: the GPU device was lost (${reason}): "${message}". Its tensors are lost: select the backend again and load the last checkpoint.`,
    );
  }

  /** Runs the job after all previous ones. Rejects if the device is lost. */
  add<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    const done = this.#tail.then(() => {
      if (this.#lost !== undefined) throw this.#lost;
      return job();
    });
    this.#tail = done.catch(() => {});
    return done;
  }

  /** Called before values are returned. @throws the GPU's error, once */
  check(): void {
    const error = this.#error;
    this.#error = undefined;
    if (this.#lost !== undefined) throw this.#lost;
    if (error !== undefined) throw error;
  }
}
