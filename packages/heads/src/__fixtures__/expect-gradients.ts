import { Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Compares the gradients of all variables with finite differences of `loss` along a random direction. */
export function expectGradients(model: object, loss: () => tf.Scalar): void {
  tf.tidy(() => {
    const found = variables(model);
    const { grads } = tf.variableGrads(loss);
    const rng = new Rng(1);
    for (const [path, variable] of found) {
      const gradient = grads[variable.name];
      const start = variable.dataSync().slice();
      const direction = Array.from(start, () => rng.normal());
      const norm = Math.hypot(...direction);
      const lossAt = (step: number): number => {
        variable.assign(tf.tensor(start.map((value, i) => value + (step * direction[i]!) / norm), variable.shape));
        return loss().dataSync()[0]!;
      };
      const measured = (lossAt(1e-2) - lossAt(-1e-2)) / 2e-2;
      lossAt(0);
      const values = gradient ? Array.from(gradient.dataSync()) : [];
      const computed = values.reduce((total, value, i) => total + (value * direction[i]!) / norm, 0);
      expect([computed], path).toBeAllClose([measured], { absolute: 5e-4, relative: 1e-2 });
    }
  });
}
