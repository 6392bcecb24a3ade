import { makeOutput, sizeOf, type WebgpuKernel } from "./webgpu-backend.ts";
import { ElementProgram } from "./webgpu-program.ts";

/**
 * Φ(x) and e^(−x²/2). The error function is Abramowitz and Stegun's 7.1.26, as in TensorFlow.js, but without the
 * cancellation of 1 + erf(x) for negative x.
 */
const exactFunctions = `
fn gaussian(x: f32) -> vec2f {
  let a = abs(x) * ${Math.SQRT1_2};
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let e = exp(-a * a);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let tail = 0.5 * p * e;
  return vec2f(select(1.0 - tail, tail, x < 0.0), e);
}`;

/** tanh from e^(−2|x|), which does not overflow. */
const tanhFunctions = `
fn tanhOf(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  return sign(x) * (1.0 - e) / (1.0 + e);
}
fn innerTanh(x: f32) -> f32 { return tanhOf(x * ${Math.sqrt(2 / Math.PI)} * (1.0 + 0.044715 * x * x)); }`;

const forwards = { outputs: { y: "f32" }, inputs: { x: "f32" }, numbers: {} } as const;
const exact = new ElementProgram({
  ...forwards,
  name: "Gelu",
  functions: exactFunctions,
  element: "y[i] = x[i] * gaussian(x[i]).x;",
});
const approximated = new ElementProgram({
  ...forwards,
  name: "GeluTanh",
  functions: tanhFunctions,
  element: "y[i] = 0.5 * x[i] * (1.0 + innerTanh(x[i]));",
});

/** GELU (Hendrycks and Gimpel, 2016), exact or by tanh. */
export const gelu: WebgpuKernel<"BertkitGelu"> = (backend, { x }, { approximate }) => {
  const y = makeOutput(backend, x.shape);
  (approximate ? approximated : exact).run(backend, { y, x }, {}, sizeOf(x));
  return [y];
};

const backwards = { outputs: { dx: "f32" }, inputs: { dy: "f32", x: "f32" }, numbers: {} } as const;
const exactGradient = new ElementProgram({
  ...backwards,
  name: "GeluGradient",
  functions: exactFunctions,
  element: `
    let at = gaussian(x[i]);
    dx[i] = dy[i] * (at.x + x[i] * at.y * ${1 / Math.sqrt(2 * Math.PI)});`,
});
const approximatedGradient = new ElementProgram({
  ...backwards,
  name: "GeluTanhGradient",
  functions: tanhFunctions,
  element: `
    let v = x[i];
    let t = innerTanh(v);
    let slope = ${Math.sqrt(2 / Math.PI)} * (1.0 + ${3 * 0.044715} * v * v);
    dx[i] = dy[i] * 0.5 * (1.0 + t + v * (1.0 - t * t) * slope);`,
});

/** dy · (Φ(x) + x · φ(x)), or the derivative of the approximation. */
export const geluGradient: WebgpuKernel<"BertkitGeluGradient"> = (backend, { dy, x }, { approximate }) => {
  const dx = makeOutput(backend, x.shape);
  (approximate ? approximatedGradient : exactGradient).run(backend, { dx, dy, x }, {}, sizeOf(x));
  return [dx];
};
