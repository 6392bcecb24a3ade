import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** A copy of a model's variables as they were at its best. */
export class BestWeights {
  readonly #variables: readonly tf.Variable[];
  /** In the order of the model's variables at the start. */
  readonly copies: readonly tf.Variable[];

  constructor(model: object) {
    // Adapters may be attached or merged meanwhile, which changes the order, not these.
    this.#variables = [...variables(model).values()];
    this.copies = this.#variables.map((variable) => tf.tidy(() => tf.variable(tf.clone(variable), false)));
  }

  /** Makes the variables as they are now the best. */
  keep(): void {
    this.#variables.forEach((variable, i) => tf.tidy(() => this.copies[i]!.assign(tf.clone(variable))));
  }

  /** Makes the model as it was at its best. */
  restore(): void {
    this.#variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.clone(this.copies[i]!))));
  }

  dispose(): void {
    tf.dispose([...this.copies]);
  }
}
