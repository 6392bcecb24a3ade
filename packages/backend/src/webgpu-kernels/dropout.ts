import { dropoutDraw } from "@bertkit/shaders";
import { makeOutput, sizeOf, type WebgpuKernel } from "./webgpu-backend.ts";
import { ElementProgram } from "./webgpu-program.ts";

/** Each draw serves two elements. */
const draws = new ElementProgram({
  name: "DropoutMask",
  outputs: { mask: "i32" },
  inputs: {},
  numbers: { elements: "u32", threshold: "u32", seed: "u32" },
  functions: dropoutDraw,
  element: `
    let bits = draw(numbers.seed, i);
    mask[2u * i] = select(0, 1, (bits & 0xffffu) >= numbers.threshold);
    if (2u * i + 1u < numbers.elements) { mask[2u * i + 1u] = select(0, 1, (bits >> 16u) >= numbers.threshold); }`,
});

/** bool, which has four bytes an element on this backend. */
export const dropoutMask: WebgpuKernel<"BertkitDropoutMask"> = (backend, _, { shape, threshold, seed }) => {
  const mask = makeOutput(backend, shape, "bool");
  const elements = sizeOf(mask);
  draws.run(backend, { mask }, { elements, threshold, seed: seed >>> 0 }, Math.ceil(elements / 2));
  return [mask];
};

const masked = new ElementProgram({
  name: "Dropout",
  outputs: { y: "f32" },
  inputs: { x: "f32", mask: "i32" },
  numbers: { kept: "f32" },
  element: "y[i] = select(0.0, x[i] * numbers.kept, mask[i] != 0);",
});

/** x · `kept` where the mask is true, otherwise 0. */
export const dropout: WebgpuKernel<"BertkitDropout"> = (backend, { x, mask }, { kept }) => {
  const y = makeOutput(backend, x.shape);
  masked.run(backend, { y, x, mask }, { kept }, sizeOf(x));
  return [y];
};
