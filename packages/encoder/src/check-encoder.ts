import { checkContext, checkObject, checkTensor, checkTensors, checkValue, object } from "@bertkit/checks";

const encoderRule = /* @__PURE__ */ object("an encoder", "forward");
const inputsRule = /* @__PURE__ */ object("what bertInputs gives", "inputIds");

/** @throws TypeError unless a value is an encoder */
export function checkEncoder(where: string, encoder: unknown): void {
  checkValue(where, "encoder", encoder, encoderRule, "Pass what createBert gives, or the encoder of a loaded model.");
}

/** @throws TypeError unless these are the arguments of an encoder's forward pass */
export function checkForward(where: string, inputs: { readonly inputIds: unknown }, context: unknown): void {
  checkValue(where, "inputs", inputs, inputsRule, "Pass bertInputs(batch).");
  checkTensor(where, "inputs.inputIds", inputs.inputIds);
  checkContext(where, context);
}

/** @throws TypeError unless these are the arguments of a `forwardAt` */
export function checkAt(hidden: unknown, positions: unknown, layout: unknown, context: unknown): void {
  checkTensors("forwardAt", { hidden, positions });
  checkObject("forwardAt", "layout", layout, "what layoutOf gives", "pad");
  checkContext("forwardAt", context);
}
