import { callable, checkOptions, checkValue, number, messageOf } from "@bertkit/checks";

export interface AutosaveOptions {
  /** Minimum seconds between two saves. Default 10; 0 saves after every step. */
  readonly everySeconds?: number;
  /** Called with a sentence about a failed save, and about recovery. Default: prints to stderr. */
  readonly onWarning?: (message: string) => void;
}

/** The minimum time between two saves, as a multiple of the duration of the last one. */
const timesItsCost = 50;

/**
 * Decides when a run is saved: after its first step, then every `everySeconds` but for at most a fiftieth of the time,
 * and at its end. If a save fails, it is reported, training continues, and the next save tries again.
 */
export class Autosave {
  readonly #save: () => Promise<void>;
  readonly #everySeconds: number;
  readonly #warn: (message: string) => void;
  #due = -Infinity;
  #failure: unknown;

  constructor(save: () => Promise<void>, options: AutosaveOptions = {}) {
    checkValue("Autosave", "save", save, callable, "Pass a function that saves.");
    checkOptions("Autosave", options, { everySeconds: number({ from: 0, to: Infinity }), onWarning: callable });
    const { everySeconds = 10, onWarning } = options;
    this.#save = save;
    this.#everySeconds = everySeconds;
    this.#warn = onWarning ?? ((message) => void process.stderr.write(`${message}\n`));
  }

  /** The error of the last save; undefined if it succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Call it after every step: saves if a save is due, and waits for it. The run's tensors must not change meanwhile.
   */
  async afterStep(): Promise<void> {
    if (performance.now() >= this.#due) await this.now();
  }

  /** Saves now. Returns whether it succeeded. */
  async now(): Promise<boolean> {
    const start = performance.now();
    try {
      await this.#save();
      if (this.#failure !== undefined) this.#warn("saving works again.");
      this.#failure = undefined;
    } catch (error) {
      const message = messageOf(error);
      if (this.#failure === undefined)
        this.#warn(`not saved: ${message} Training continues, and saving is tried again.`);
      this.#failure = error;
    }
    const end = performance.now();
    this.#due = end + Math.max(1000 * this.#everySeconds, this.#everySeconds === 0 ? 0 : timesItsCost * (end - start));
    return this.#failure === undefined;
  }
}
