import { checkObject, checkTensor } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";

/**
 * Checks gradients before an update changes anything.
 *
 * @throws if a gradient has no variable, or not the variable's shape
 */
export function checkGradients(
  where: string,
  variables: ReadonlyMap<string, tf.Variable>,
  gradients: ReadonlyMap<string, tf.Tensor>,
): void {
  checkObject(where, "variables", variables, "a Map by path", "get");
  checkObject(where, "gradients", gradients, "a Map by path", "get");
  for (const [path, gradient] of gradients) {
    checkTensor(where, `the gradient for "${path}"`, gradient);
    const variable = variables.get(path);
    if (variable === undefined)
      throw new Error(`${where}: there is a gradient for "${path}" but no variable of that path.`);
    if (variable.shape.join() !== gradient.shape.join())
      throw new Error(
        `${where}: the gradient for "${path}" has shape [${gradient.shape}], its variable [${variable.shape}].`,
      );
  }
}
