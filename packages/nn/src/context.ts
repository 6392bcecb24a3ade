import { Rng } from "./rng.ts";

/** The mode of a forward pass; passed along, never global. */
export interface Context {
  /** True in training: dropout drops. */
  readonly training: boolean;
  /** Where dropout's seeds come from. */
  readonly rng: Rng;
}

/** The context for prediction: nothing is dropped and nothing is drawn. */
export const inference: Context = Object.freeze({ training: false, rng: new Rng(0) });
