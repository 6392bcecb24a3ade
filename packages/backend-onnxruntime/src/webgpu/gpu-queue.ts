/**
 * What a GPU is asked to do, one after the other: a run of ONNX Runtime takes turns with JavaScript, and what was asked
 * for after it must not come before its end.
 */
export class GpuQueue {
  readonly device: GPUDevice;
  #tail: Promise<unknown> = Promise.resolve();
  #lost: Error | undefined;
  /** What the GPU refused since the last read: it says so later, and to nobody in particular. */
  #refused: Error | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    device.addEventListener("uncapturederror", ({ error }: GPUUncapturedErrorEvent) => {
      this.#refused ??= new Error(
        `backend-onnxruntime: the GPU refused its work, got "${error.message}". Numbers since then are wrong: load the last checkpoint, or use smaller batches.`,
      );
    });
    void this.#watch();
  }

  async #watch(): Promise<void> {
    const { reason, message } = await this.device.lost;
    this.#lost = new Error(
      `backend-onnxruntime: the GPU device was lost (${reason}), got "${message}". What it held is gone: select the backend again and load the last checkpoint.`,
    );
  }

  /** Does the job when all before it are done. A lost device does none. */
  add<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    const done = this.#tail.then(() => {
      if (this.#lost !== undefined) throw this.#lost;
      return job();
    });
    this.#tail = done.catch(() => {});
    return done;
  }

  /** To be called before numbers are given out. @throws what the GPU refused, once */
  check(): void {
    const refused = this.#refused;
    this.#refused = undefined;
    if (this.#lost !== undefined) throw this.#lost;
    if (refused !== undefined) throw refused;
  }
}
