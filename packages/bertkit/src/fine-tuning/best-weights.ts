import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** A copy of a model's variables, to restore them later. */
export class BestWeights {
  readonly #variables: readonly tf.Variable[];
  /** In the order of the model's variables at the start. */
  readonly copies: readonly tf.Variable[];

  constructor(model: object) {
    // Adapters may be attached or merged meanwhile, which changes the order, not these.
    this.#variables = [...variables(model).values()];
    this.copies = this.#variables.map((variable) => tf.tidy(() => tf.variable(tf.clone(variable), false)));
  }

  /** Copies the current variables. */
  keep(): void {
    this.#variables.forEach((variable, i) => tf.tidy(() => this.copies[i]!.assign(tf.clone(variable))));
  }

  /** Assigns the copies to the model's variables. */
  restore(): void {
    this.#variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.clone(this.copies[i]!))));
  }

  dispose(): void {
    tf.dispose([...this.copies]);
  }
}
