import { checkValue, object } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Every variable of a model by its path: the field names that lead to it, joined by dots. A model is any graph of
 * objects and arrays. A shared (tied) variable is listed once, under its first path in field order.
 */
export function variables(model: object): Map<string, tf.Variable> {
  checkModel("variables", model);
  const found = new Map<string, tf.Variable>();
  const seen = new Set<object>();
  visit(model, "");
  return found;

  function visit(value: unknown, path: string): void {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof tf.Variable) {
      found.set(path, value);
    } else if (!(value instanceof tf.Tensor) && !ArrayBuffer.isView(value)) {
      for (const [name, child] of Object.entries(value)) visit(child, path === "" ? name : `${path}.${name}`);
    }
  }
}

/** @throws TypeError unless a model is an object */
export function checkModel(where: string, model: unknown): void {
  checkValue(where, "the model", model, object(), "Pass a model, or any object that holds its parts.");
}

/** The variables that are not frozen. */
export function trainableVariables(model: object): Map<string, tf.Variable> {
  return new Map([...variables(model)].filter(([, variable]) => variable.trainable));
}
