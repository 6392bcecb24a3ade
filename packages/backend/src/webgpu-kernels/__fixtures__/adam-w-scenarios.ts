/** Steps of AdamW, which a program runs on the GPU and a test in plain JavaScript. */
export interface Scenario {
  readonly shapes: readonly (readonly number[])[];
  readonly weightDecays: readonly number[];
  readonly numbers: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly clipNorm: number;
    readonly biasCorrection: boolean;
  };
  readonly steps: number;
  /** The numbers of the variables of each step; default all. */
  readonly only?: readonly (readonly number[])[];
  /** Maximum bytes of a flat buffer. */
  readonly limit?: number;
}

const numbers = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, clipNorm: 1, biasCorrection: true };
const shapes = [[5, 7], [1], [300, 257], [64], [0, 3], [1000], [3]];
const weightDecays = [0.1, 0, 0.1, 0, 0.1, 0.02, 0];

export const scenarios: Readonly<Record<string, Scenario>> = {
  clipped: { shapes, weightDecays, numbers, steps: 3 },
  "not clipped": { shapes, weightDecays, numbers: { ...numbers, clipNorm: Infinity }, steps: 3 },
  "below the norm": { shapes: [[2], [3]], weightDecays: [0, 0], numbers: { ...numbers, clipNorm: 1e6 }, steps: 2 },
  "without bias correction and decay": {
    shapes,
    weightDecays: shapes.map(() => 0),
    numbers: { ...numbers, biasCorrection: false },
    steps: 2,
  },
  "in two flat buffers": {
    shapes: [[60], [60], [100], [10], [120]],
    weightDecays: [0.1, 0, 0.1, 0, 0.1],
    numbers,
    steps: 3,
    limit: 1024, // 256 elements
  },
  "some variables in each step": {
    shapes,
    weightDecays,
    numbers,
    steps: 4,
    only: [
      [0, 1, 2],
      [0, 2, 3, 5],
      [1, 3],
      [0, 1, 2, 3, 4, 5, 6],
    ],
  },
};

function values(shape: readonly number[], seed: number, scale: number): Float32Array {
  let state = seed;
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * scale;
  });
}

/** The values of variable `i` before the first step. */
export function initialOf(shape: readonly number[], i: number): Float32Array {
  return values(shape, 17 * i + 1, 1);
}

/** The gradient of variable `i` in step `at`, from 0. */
export function gradientOf(shape: readonly number[], i: number, at: number): Float32Array {
  return values(shape, 1000 * (at + 1) + 31 * i, 0.5);
}
