import { expect, it } from "vitest";
import { checkContext, checkTensor, checkTensors } from "./index.ts";

const tensor = { shape: [], dtype: "float32" };

it("checkTensor rejects all but tensors", () => {
  expect(() => checkTensor("f", "x", tensor)).not.toThrow();
  for (const value of [undefined, null, 5, "text", {}, [1], Float32Array.of(1)])
    expect(() => checkTensor("f", "x", value)).toThrow(/^f: x must be a tensor, got .*\. Pass a tf\.Tensor\.$/);
});

it("checkTensors names the first other value", () => {
  expect(() => checkTensors("f", { x: tensor, y: 1, z: 2 })).toThrow("f: y must be a tensor, got 1.");
});

it("checkContext accepts a context with training off", () => {
  expect(() => checkContext("f", { training: false, rng: {} })).not.toThrow();
  expect(() => checkContext("f", undefined)).toThrow("f: context must be a Context, got undefined. Pass inference");
  expect(() => checkContext("f", { training: true })).toThrow(TypeError);
});
