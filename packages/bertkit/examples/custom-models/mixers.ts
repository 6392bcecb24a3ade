// Two mixers that replace attention: FNet's (Lee-Thorp et al., 2021), without weights, and a convolution over the
// tokens.
import type { Layout, Mixer, MixerResult } from "@bertkit/encoder";
import { parameter, type Rng, truncatedNormal } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** The real part of the Fourier transform over tokens and over each vector: C x C − S x S. */
export const fourier: Mixer = {
  forward(hidden, layout) {
    const part = (of: (angle: number) => number): tf.Tensor2D => {
      const wave = (n: number): tf.Tensor2D =>
        tf.tensor2d(Float32Array.from({ length: n * n }, (_, i) => of((2 * Math.PI * Math.floor(i / n) * (i % n)) / n)), [n, n]); // prettier-ignore
      const tokens = layout.pad(tf.matMul(hidden, wave(hidden.shape[1])));
      return layout.unpad(tf.matMul(tf.expandDims<tf.Tensor3D>(wave(layout.tokens)), tokens));
    };
    return { output: tf.sub(part(Math.cos), part(Math.sin)) };
  },
};

export class Convolution implements Mixer {
  readonly kernel: tf.Variable<tf.Rank.R3>;
  constructor({ size, width, rng }: { size: number; width: number; rng: Rng }) {
    this.kernel = parameter<tf.Rank.R3>([width, size, size], truncatedNormal(0.02), rng);
  }
  forward = (hidden: tf.Tensor2D, layout: Layout): MixerResult => ({ output: layout.unpad(tf.conv1d(layout.pad(hidden), this.kernel, 1, "same")) }); // prettier-ignore
}
