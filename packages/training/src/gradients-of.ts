import { checkObject } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** Result of a loss function: the loss, optionally with metrics. */
export type LossResult = tf.Scalar | { loss: tf.Scalar; metrics?: Record<string, tf.Scalar> };

/**
 * Computes a loss and its gradients by path. The caller disposes the loss and the metrics, which an outer `tf.tidy`
 * does not free.
 *
 * @param scale multiplies the loss in the gradients, but not in what is returned as the loss
 */
export function gradientsOf(
  variables: ReadonlyMap<string, tf.Variable>,
  loss: () => LossResult,
  scale?: number,
): { loss: tf.Scalar; metrics: Record<string, tf.Scalar>; gradients: Map<string, tf.Tensor> } {
  const metrics: Record<string, tf.Scalar> = {};
  let unscaled: tf.Scalar | undefined;
  const scaled = (value: tf.Scalar): tf.Scalar => {
    if (scale === undefined) return value;
    unscaled = tf.keep(tf.clone(value));
    return tf.mul(value, scale);
  };
  const { value, grads } = tf.variableGrads(() => {
    const result = loss();
    if (result instanceof tf.Tensor) return scaled(result);
    checkObject("train", "what loss returns", result, "a scalar, or { loss, metrics }", "loss");
    for (const [name, metric] of Object.entries(result.metrics ?? {})) metrics[name] = tf.keep(tf.clone(metric));
    return scaled(result.loss);
  }, [...variables.values()]);
  const gradients = new Map<string, tf.Tensor>();
  for (const [path, variable] of variables) {
    const gradient = grads[variable.name];
    if (gradient !== undefined && gradient !== null) gradients.set(path, gradient);
  }
  if (unscaled !== undefined) value.dispose();
  return { loss: unscaled ?? tf.keep(value), metrics, gradients };
}
