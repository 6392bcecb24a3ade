import * as tf from "@tensorflow/tfjs-core";

/** What a loss function returns: the loss alone, or with other numbers to watch. */
export type LossResult = tf.Scalar | { loss: tf.Scalar; metrics?: Record<string, tf.Scalar> };

/**
 * A loss with its gradients, by path. Loss and metrics are kept beyond a tidy around it, for the caller to dispose; the
 * gradients are not.
 */
export function gradientsOf(
  variables: ReadonlyMap<string, tf.Variable>,
  loss: () => LossResult,
): { loss: tf.Scalar; metrics: Record<string, tf.Scalar>; gradients: Map<string, tf.Tensor> } {
  const metrics: Record<string, tf.Scalar> = {};
  const { value, grads } = tf.variableGrads(() => {
    const result = loss();
    if (result instanceof tf.Tensor) return result;
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
