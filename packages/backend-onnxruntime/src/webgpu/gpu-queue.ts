const filters: readonly GPUErrorFilter[] = ["validation", "out-of-memory", "internal"];

/**
 * Runs jobs on a GPU in the order in which they were added. A run of ONNX Runtime is asynchronous: without the queue,
 * later work could reach the GPU before the run has ended. Errors of the GPU, which it reports to no call, are collected by
 * error scopes, so that the next read has those of all jobs before it.
 */
export class GpuQueue {
  readonly device: GPUDevice;
  #tail: Promise<unknown> = Promise.resolve();
  #lost: Error | undefined;
  readonly #watching: Promise<void>;
  /** The first error since the last check. */
  #error: Error | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    // Those outside of the scopes: of scopes that others opened, such as the one that counts shaders.
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault(); // instead of the warning in the console
      this.#add((event as GPUUncapturedErrorEvent).error);
    });
    this.#openScopes();
    this.#watching = this.#watch();
  }

  /** Whether the device is lost: it never comes back. */
  get lost(): boolean {
    return this.#lost !== undefined;
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

  /**
   * Called as a job, so that the scopes that ONNX Runtime opens in a run are closed. Resolves when the errors of all
   * earlier jobs are known.
   * @throws the first error, once, and the loss of the device
   */
  async check(): Promise<void> {
    const scopes = filters.map(() => this.device.popErrorScope());
    this.#openScopes();
    for (const scope of await Promise.allSettled(scopes)) {
      if (scope.status === "rejected") await this.#watching; // only a lost device rejects
      else if (scope.value !== null) this.#add(scope.value);
    }
    const error = this.#error;
    this.#error = undefined;
    if (this.#lost !== undefined) throw this.#lost;
    if (error !== undefined) throw error;
  }

  #openScopes(): void {
    for (const filter of filters) this.device.pushErrorScope(filter);
  }

  #add({ message }: GPUError): void {
    this.#error ??= new Error(
      `backend-onnxruntime: the GPU reported an error: "${message}". Results since then are wrong: load the last checkpoint, or use smaller batches.`,
    );
  }
}
