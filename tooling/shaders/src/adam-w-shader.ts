/** What `numbers` of `adamWShader` depends on. */
export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The learning rate over the first moment's bias correction. */
  readonly rate: number;
  /** Multiplies the root of the second moment, for its bias correction. */
  readonly rootScale: number;
  /** `Infinity` for no clipping; the shader then must not call `clipScale`. */
  readonly clipNorm: number;
}

/** The first fields of the uniform `numbers`, all f32. */
export function adamWNumbers(settings: AdamWSettings): Record<string, number> {
  const { learningRate, beta1, beta2, epsilon, rate, rootScale, clipNorm } = settings;
  return {
    beta1,
    rest1: 1 - beta1,
    beta2,
    rest2: 1 - beta2,
    rate,
    rootScale,
    epsilon,
    learningRate,
    clipNorm: clipNorm === Infinity ? 0 : clipNorm,
  };
}

/**
 * WGSL of an AdamW step of one element, `adamW(value, first moment, second moment, gradient, weight decay)`, which
 * returns the first three, and of `clipScale(norm)`, the factor that limits the gradients' global norm. A norm of NaN
 * stays NaN. Both read a uniform `numbers`.
 */
export const adamWShader = `
fn adamW(old: f32, first: f32, second: f32, g: f32, weightDecay: f32) -> vec3f {
  let m = numbers.beta1 * first + numbers.rest1 * g;
  let v = numbers.beta2 * second + numbers.rest2 * g * g;
  let change = numbers.rate * m / (sqrt(v) * numbers.rootScale + numbers.epsilon);
  return vec3f(old - (change + numbers.learningRate * weightDecay * old), m, v);
}

fn clipScale(norm: f32) -> f32 { return select(numbers.clipNorm / norm, 1.0, norm <= numbers.clipNorm); }`;
