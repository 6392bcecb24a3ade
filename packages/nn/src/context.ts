import { Rng } from "./rng.ts";

/** The mode of a forward pass. It is an argument, never global state. */
export interface Context {
  /** True in training: dropout is active. */
  readonly training: boolean;
  /** The generator for dropout. */
  readonly rng: Rng;
}

/** The context for inference: no dropout, no random draws. */
export const inference: Context = Object.freeze({ training: false, rng: new Rng(0) });
