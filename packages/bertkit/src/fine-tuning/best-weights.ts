import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** A copy of a model's variables as they were at its best. */
export class BestWeights {
  readonly #model: object;
  /** In the order of `variables(model)`. */
  readonly copies: readonly tf.Variable[];

  constructor(model: object) {
    this.#model = model;
    this.copies = [...variables(model).values()].map((variable) =>
      tf.tidy(() => tf.variable(tf.clone(variable), false)),
    );
  }

  /** Makes the variables as they are now the best. */
  keep(): void {
    [...variables(this.#model).values()].forEach((variable, i) =>
      tf.tidy(() => this.copies[i]!.assign(tf.clone(variable))),
    );
  }

  /** Makes the model as it was at its best. */
  restore(): void {
    [...variables(this.#model).values()].forEach((variable, i) =>
      tf.tidy(() => variable.assign(tf.clone(this.copies[i]!))),
    );
  }

  dispose(): void {
    tf.dispose([...this.copies]);
  }
}
