import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

export interface FactoredMomentOptions {
  /** The running mean's decay at step t is 1 − t^−decayRate. */
  readonly decayRate: number;
  /** Added to the squared gradient. */
  readonly epsilon: number;
}

/**
 * Divides the gradient by the square root of a running mean of its square. For a matrix only the means over rows and
 * columns are kept: rows + columns numbers instead of rows · columns. Source: Shazeer and Stern, 2018, "Adafactor",
 * algorithms 4 and 5.
 *
 * For a matrix [rows, columns] the slot "row" is [rows] and "column" [columns]; other variables have the whole mean in
 * "row".
 */
export function divideByFactoredMoment({ decayRate, epsilon }: FactoredMomentOptions): Transform {
  return {
    slots: ["row", "column"],
    slotShapes: {
      row: (shape) => (shape.length < 2 ? shape : shape.slice(0, -1)),
      column: (shape) => (shape.length < 2 ? [] : [...shape.slice(0, -2), shape.at(-1)!]),
    },
    ...changeEach((gradient, path, { slot, step }) => {
      const decay = 1 - step ** -decayRate;
      const square = tf.add(tf.square(gradient), epsilon);
      const [row, column] = [slot("row", path), slot("column", path)];
      const move = (mean: tf.Variable, value: tf.Tensor): void =>
        mean.assign(tf.add(tf.mul(mean, decay), tf.mul(value, 1 - decay)));
      if (gradient.rank < 2) {
        move(row, square);
        return tf.mul(gradient, tf.rsqrt(row));
      }
      move(row, tf.mean(square, -1));
      move(column, tf.mean(square, -2));
      const rows = tf.rsqrt(tf.div(row, tf.mean(row, -1, true)));
      return tf.mul(gradient, tf.mul(tf.expandDims(rows, -1), tf.expandDims(tf.rsqrt(column), -2)));
    }),
  };
}
