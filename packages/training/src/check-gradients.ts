import type * as tf from "@tensorflow/tfjs-core";

/**
 * Before anything of an update is done.
 *
 * @throws Error where a gradient has no variable, or another shape than it
 */
export function checkGradients(
  where: string,
  variables: ReadonlyMap<string, tf.Variable>,
  gradients: ReadonlyMap<string, tf.Tensor>,
): void {
  for (const [path, gradient] of gradients) {
    const variable = variables.get(path);
    if (variable === undefined)
      throw new Error(`${where}: there is a gradient for "${path}" but no variable of that path.`);
    if (variable.shape.join() !== gradient.shape.join())
      throw new Error(
        `${where}: the gradient for "${path}" has shape [${gradient.shape}], its variable [${variable.shape}].`,
      );
  }
}
