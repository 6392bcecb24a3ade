import { checkValue } from "./check-value.ts";
import { object, type Rule } from "./rule.ts";

/** A tensor of any copy of TensorFlow.js. */
export const tensor: Rule = /* @__PURE__ */ object("a tensor", "shape", "dtype");

const context: Rule = /* @__PURE__ */ object("a Context", "training", "rng");

/** @throws TypeError unless a value is a tensor */
export function checkTensor(where: string, name: string, value: unknown): void {
  checkValue(where, name, value, tensor, "Pass a tf.Tensor.");
}

/** @throws TypeError unless each value is a tensor; names the first other one */
export function checkTensors(where: string, values: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(values)) checkTensor(where, name, values[name]);
}

/** @throws TypeError unless a value is a `Context` */
export function checkContext(where: string, value: unknown): void {
  checkValue(where, "context", value, context, "Pass inference, or { training: true, rng }.");
}
