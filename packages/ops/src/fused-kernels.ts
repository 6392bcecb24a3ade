import type * as tf from "@tensorflow/tfjs-core";

/** Of a kernel without attributes. */
type None = Readonly<Record<never, never>>;

/**
 * Kernels beyond TensorFlow.js that a backend may have: tensors by name, attributes, and the tensors that come out, in
 * order. Ops ask for them with `runFusedKernel`; a backend registers those that it has with `tf.registerKernel`, typed by
 * this: `FusedKernels<TensorInfo>["BertkitGelu"]["inputs"]`.
 *
 * @typeParam T a tensor: `tf.Tensor` for who calls, `tf.TensorInfo` for who computes
 */
export interface FusedKernels<T = tf.Tensor> {
  /** x itself, after all that was recorded has run; for backends that record. */
  readonly BertkitBarrier: FusedKernel<{ x: T }, None, [x: T]>;
  /** x [..., size]; gamma and beta [size]; mean and inverse = 1 / √(variance + ε) are [..., 1]. */
  readonly BertkitLayerNorm: FusedKernel<{ x: T; gamma: T; beta: T }, { epsilon: number }, [y: T, mean: T, inverse: T]>;
  readonly BertkitLayerNormGradient: FusedKernel<
    { dy: T; x: T; gamma: T; mean: T; inverse: T },
    None,
    [dx: T, dGamma: T, dBeta: T]
  >;
  /** `approximate`: by tanh, else exact. */
  readonly BertkitGelu: FusedKernel<{ x: T }, { approximate: boolean }, [y: T]>;
  readonly BertkitGeluGradient: FusedKernel<{ dy: T; x: T }, { approximate: boolean }, [dx: T]>;
  /** logits [rows, classes], labels int32 [rows]; loss [rows], probabilities [rows, classes]. */
  readonly BertkitSoftmaxCrossEntropy: FusedKernel<{ logits: T; labels: T }, None, [loss: T, probabilities: T]>;
  /** dy [rows]. */
  readonly BertkitSoftmaxCrossEntropyGradient: FusedKernel<{ dy: T; probabilities: T; labels: T }, None, [dLogits: T]>;
  /**
   * x [rows, size], table [classes, size], bias [classes], labels int32 [rows]; both [2, rows] are the losses and 1 where
   * the label's logit is the largest, excess [rows, classes] the probabilities less the one-hot label.
   */
  readonly BertkitLinearCrossEntropy: FusedKernel<{ x: T; table: T; bias: T; labels: T }, None, [both: T, excess: T]>;
  /** dy [2, rows], of which the first row counts. */
  readonly BertkitLinearCrossEntropyGradient: FusedKernel<
    { dy: T; x: T; table: T; excess: T },
    None,
    [dx: T, dTable: T, dBias: T]
  >;
  /** bool of `shape`, false where dropped: the same elements as `dropout` drops without it. */
  readonly BertkitDropoutMask: FusedKernel<None, DropoutMaskAttributes, [mask: T]>;
  /** x where the mask is true, times `kept`, else 0. `backward`: it is the gradient, which a backend may keep apart. */
  readonly BertkitDropout: FusedKernel<{ x: T; mask: T }, { kept: number; backward: boolean }, [y: T]>;
}

interface FusedKernel<Inputs, Attributes, Outputs extends readonly unknown[]> {
  readonly inputs: Readonly<Inputs>;
  readonly attributes: Readonly<Attributes>;
  readonly outputs: Outputs;
}

export interface DropoutMaskAttributes {
  readonly shape: readonly number[];
  /** Of every 65,536 elements so many are dropped, at most 65,535. */
  readonly threshold: number;
  /** Any 32-bit integer. */
  readonly seed: number;
}

/** Kernels that change variables in place and give no tensor: their attributes. Asked for with `runFusedUpdate`. */
export interface FusedUpdates<T = tf.Tensor> {
  /** AdamW (Loshchilov and Hutter 2019) of all variables at once. */
  readonly BertkitAdamW: AdamWAttributes<T>;
}

/** Lists are parallel, one entry for each variable; tensors are float32. */
export interface AdamWAttributes<T = tf.Tensor> {
  readonly variables: readonly T[];
  readonly gradients: readonly T[];
  readonly firstMoments: readonly T[];
  readonly secondMoments: readonly T[];
  readonly weightDecays: readonly number[];
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Largest global norm of all gradients together; `Infinity` leaves them as they are. */
  readonly clipNorm: number;
  /** From 1. */
  readonly step: number;
  readonly biasCorrection: boolean;
}
