import type { Bert } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Starts the position embeddings as sinusoids (Vaswani et al., 2017, section 3.5) of the given root mean square.
 * They are trained like any other; but neighbours begin alike, so attention finds them sooner. Relative positions
 * have none.
 */
export function startPositionsAsSinusoids(encoder: Bert, rootMeanSquare: number): void {
  const table = encoder.embeddings.position?.table;
  if (table === undefined) return;
  const [positions, size] = table.shape;
  const values = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < size; i += 2) {
      const angle = position / 10_000 ** (i / size);
      values[position * size + i] = Math.SQRT2 * rootMeanSquare * Math.sin(angle);
      if (i + 1 < size) values[position * size + i + 1] = Math.SQRT2 * rootMeanSquare * Math.cos(angle);
    }
  }
  tf.tidy(() => table.assign(tf.tensor2d(values, [positions, size])));
}
