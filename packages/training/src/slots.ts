import * as tf from "@tensorflow/tfjs-core";

/** An optimizer's own variables by "slot/path", initially zero. */
export class Slots {
  readonly #variables = new Map<string, tf.Variable>();

  get(slot: string, path: string, shape: readonly number[]): tf.Variable {
    this.check(slot, path, shape);
    const key = `${slot}/${path}`;
    let variable = this.#variables.get(key);
    if (variable === undefined) {
      variable = tf.tidy(() => tf.variable(tf.fill([...shape], 0), false)); // tf.zeros would upload an array
      this.#variables.set(key, variable);
    }
    return variable;
  }

  /** @throws if there is a variable of another shape */
  check(slot: string, path: string, shape: readonly number[]): void {
    const key = `${slot}/${path}`;
    const known = this.#variables.get(key)?.shape;
    if (known !== undefined && known.join() !== shape.join())
      throw new Error(
        `Optimizer: ${key} has shape [${known}], but its variable needs [${shape}]. Restore the state of this model's own training.`,
      );
  }

  all(): ReadonlyMap<string, tf.Tensor> {
    return this.#variables;
  }

  restore(values: ReadonlyMap<string, tf.Tensor>): void {
    const restored = Array.from(values, ([key, value]): [string, tf.Variable] => [
      key,
      tf.tidy(() => tf.variable(tf.clone(value), false)),
    ]);
    this.dispose();
    for (const [key, variable] of restored) this.#variables.set(key, variable);
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}
