import { checkObject } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** Result of a loss function: the loss, optionally with metrics. */
export type LossResult = tf.Scalar | { loss: tf.Scalar; metrics?: Record<string, tf.Scalar> };

/**
 * Computes a loss and its gradients by path. The caller disposes the loss and the metrics, which an outer `tf.tidy`
 * does not free.
 */
export function gradientsOf(
  variables: ReadonlyMap<string, tf.Variable>,
  loss: () => LossResult,
): { loss: tf.Scalar; metrics: Record<string, tf.Scalar>; gradients: Map<string, tf.Tensor> } {
  const metrics: Record<string, tf.Scalar> = {};
  const { value, grads } = tf.variableGrads(() => {
    const result = loss();
    if (result instanceof tf.Tensor) return result;
    checkObject("train", "what loss returns", result, "a scalar, or { loss, metrics }", "loss");
    for (const [name, metric] of Object.entries(result.metrics ?? {})) metrics[name] = tf.keep(tf.clone(metric));
    return result.loss;
  }, [...variables.values()]);
  const gradients = new Map<string, tf.Tensor>();
  for (const [path, variable] of variables) {
    const gradient = grads[variable.name];
    if (gradient !== undefined && gradient !== null) gradients.set(path, gradient);
  }
  return { loss: tf.keep(value), metrics, gradients };
}
