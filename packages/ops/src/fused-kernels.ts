import type * as tf from "@tensorflow/tfjs-core";

/** Attributes of a kernel without any. */
type None = Readonly<Record<never, never>>;

/**
 * Optional kernels that TensorFlow.js does not have: their input tensors by name, attributes and output tensors in
 * order. Ops run them with `runFusedKernel`; a backend registers them with `tf.registerKernel` and types them with, for
 * example, `FusedKernels<TensorInfo>["BertkitGelu"]["inputs"]`.
 *
 * @typeParam T `tf.Tensor` for callers, `tf.TensorInfo` for backends
 */
export interface FusedKernels<T = tf.Tensor> {
  /** Returns x after all recorded kernels have run, on backends that record kernels. */
  readonly BertkitBarrier: FusedKernel<{ x: T }, None, [x: T]>;
  /** x [..., size]; gamma and beta [size]; mean and inverse = 1 / √(variance + ε) are [..., 1]. */
  readonly BertkitLayerNorm: FusedKernel<{ x: T; gamma: T; beta: T }, { epsilon: number }, [y: T, mean: T, inverse: T]>;
  readonly BertkitLayerNormGradient: FusedKernel<
    { dy: T; x: T; gamma: T; mean: T; inverse: T },
    None,
    [dx: T, dGamma: T, dBeta: T]
  >;
  /** `approximate`: the tanh approximation instead of the exact function. */
  readonly BertkitGelu: FusedKernel<{ x: T }, { approximate: boolean }, [y: T]>;
  readonly BertkitGeluGradient: FusedKernel<{ dy: T; x: T }, { approximate: boolean }, [dx: T]>;
  /** logits [rows, classes], labels int32 [rows]; loss [rows], probabilities [rows, classes]. */
  readonly BertkitSoftmaxCrossEntropy: FusedKernel<{ logits: T; labels: T }, None, [loss: T, probabilities: T]>;
  /** dy [rows]. */
  readonly BertkitSoftmaxCrossEntropyGradient: FusedKernel<{ dy: T; probabilities: T; labels: T }, None, [dLogits: T]>;
  /**
   * x [rows, size], table [classes, size], bias [classes], labels int32 [rows]; both [2, rows] holds the losses, and 1
   * if the label's logit is the largest; excess [rows, classes] is the probabilities minus the one-hot label, and may have
   * further columns of zeros.
   */
  readonly BertkitLinearCrossEntropy: FusedKernel<{ x: T; table: T; bias: T; labels: T }, None, [both: T, excess: T]>;
  /** dy [2, rows]; the second row is ignored. */
  readonly BertkitLinearCrossEntropyGradient: FusedKernel<
    { dy: T; x: T; table: T; excess: T },
    None,
    [dx: T, dTable: T, dBias: T]
  >;
  /** bool [...shape], false for dropped elements: the same as `dropout` drops without this kernel. */
  readonly BertkitDropoutMask: FusedKernel<None, DropoutMaskAttributes, [mask: T]>;
  /** x · `kept` where the mask is true, otherwise 0. `backward`: x is a gradient. */
  readonly BertkitDropout: FusedKernel<{ x: T; mask: T }, { kept: number; backward: boolean }, [y: T]>;
}

interface FusedKernel<Inputs, Attributes, Outputs extends readonly unknown[]> {
  readonly inputs: Readonly<Inputs>;
  readonly attributes: Readonly<Attributes>;
  readonly outputs: Outputs;
}

export interface DropoutMaskAttributes {
  readonly shape: readonly number[];
  /** Elements dropped out of every 65,536; at most 65,535. */
  readonly threshold: number;
  /** Any 32-bit integer. */
  readonly seed: number;
}

/** Attributes of optional kernels that update variables in place and return no tensor. Run with `runFusedUpdate`. */
export interface FusedUpdates<T = tf.Tensor> {
  /** An AdamW step (Loshchilov and Hutter, 2019) of all variables. */
  readonly BertkitAdamW: AdamWAttributes<T>;
  /** The array that the tensor was made of belongs to the tensor: see `ownedTensor`. */
  readonly BertkitOwnValues: { readonly tensor: T };
}

/** The lists have one entry per variable; tensors are float32. */
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
  /** Gradients are scaled down to this global norm; `Infinity` for no clipping. */
  readonly clipNorm: number;
  /** Number of the step, from 1. */
  readonly step: number;
  readonly biasCorrection: boolean;
}
