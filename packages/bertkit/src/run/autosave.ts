export interface AutosaveOptions {
  /** Seconds from one save to the next at least. Default 10; 0 saves after every step. */
  everySeconds?: number;
  /** Told, in a sentence, of a save that failed and of the first that works again. Default: stderr. */
  onWarning?: (message: string) => void;
}

/** The time between two saves is at least this many times what the last one took. */
const timesItsCost = 50;

/**
 * When a run is saved: after its first step, then as often as `everySeconds` says but for at most a fiftieth of the
 * time, and when it ends. A save that fails is reported and training continues; the next one tries again.
 */
export class Autosave {
  readonly #save: () => Promise<void>;
  readonly #everySeconds: number;
  readonly #warn: (message: string) => void;
  #due = -Infinity;
  #failure: unknown;

  constructor(save: () => Promise<void>, { everySeconds = 10, onWarning }: AutosaveOptions = {}) {
    this.#save = save;
    this.#everySeconds = everySeconds;
    this.#warn = onWarning ?? ((message) => void process.stderr.write(`${message}\n`));
  }

  /** What the last save failed with; undefined where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** To be called after every step: saves if it is time. Awaits the save; the run's tensors must not change during it. */
  async afterStep(): Promise<void> {
    if (performance.now() >= this.#due) await this.now();
  }

  /** Saves now, as at the end. Gives whether it worked. */
  async now(): Promise<boolean> {
    const start = performance.now();
    try {
      await this.#save();
      if (this.#failure !== undefined) this.#warn("saving works again.");
      this.#failure = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.#failure === undefined)
        this.#warn(`not saved: ${message} Training continues, and saving is tried again.`);
      this.#failure = error;
    }
    const end = performance.now();
    this.#due = end + Math.max(1000 * this.#everySeconds, this.#everySeconds === 0 ? 0 : timesItsCost * (end - start));
    return this.#failure === undefined;
  }
}
