import { checkOptions, required, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { decayRule } from "./option-rules.ts";
import { orthogonalize } from "./orthogonalize.ts";
import type { Changes, Transform } from "./transform.ts";

export interface OrthogonalMomentumOptions {
  readonly momentum: number;
  /** Whether to use Nesterov momentum. */
  readonly nesterov: boolean;
  /** Newton–Schulz iterations. */
  readonly iterations: number;
}

const rules: Rules<OrthogonalMomentumOptions> = {
  momentum: required(decayRule),
  nesterov: required(trueOrFalse),
  iterations: required(wholeNumber()),
};

/**
 * Momentum, orthogonalized by a Newton–Schulz iteration, times √(outputs / inputs) if a matrix [inputs, outputs] has
 * more outputs than inputs. Source: KellerJordan/Muon, `muon_update`.
 */
export function orthogonalMomentum(options: OrthogonalMomentumOptions): Transform {
  checkOptions("orthogonalMomentum", options, rules);
  const { momentum, nesterov, iterations } = options;
  return {
    slots: ["momentum"],
    check(changes) {
      for (const [path, { rank, shape }] of changes)
        if (rank !== 2)
          throw new Error(
            `muon: "${path}" has shape [${shape}], but only matrices can be made orthogonal. Give it to another optimizer with optimizerByPath.`,
          );
    },
    apply(changes, { slot }) {
      const looked = new Map(
        [...changes].map(([path, gradient]) => {
          const mean = slot("momentum", path);
          mean.assign(mix(mean, gradient, momentum));
          return [path, nesterov ? mix(gradient, mean, 1 - momentum) : mean];
        }),
      );
      return new Map(byShape(looked).flatMap((alike) => orthogonalized(alike, iterations)));
    },
  };
}

type Entry = readonly [path: string, change: tf.Tensor];

/** Groups matrices by shape, to orthogonalize each group in one batch. */
function byShape(changes: Changes): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of changes) {
    const shape = entry[1].shape.join();
    groups.set(shape, [...(groups.get(shape) ?? []), entry]);
  }
  return [...groups.values()];
}

function orthogonalized(alike: readonly Entry[], iterations: number): Entry[] {
  const [inputs, outputs] = alike[0]![1].shape as [number, number];
  const together = orthogonalize(tf.stack(alike.map(([, change]) => change)) as tf.Tensor3D, iterations);
  const scaled = outputs > inputs ? tf.mul(together, Math.sqrt(outputs / inputs)) : together;
  const changes = tf.unstack(scaled);
  return alike.map(([path], i) => [path, changes[i]!]);
}

/** weight · x + (1 − weight) · y */
function mix(x: tf.Tensor, y: tf.Tensor, weight: number): tf.Tensor {
  return tf.add(tf.mul(x, weight), tf.mul(y, 1 - weight));
}
