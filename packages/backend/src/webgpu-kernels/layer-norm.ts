import { reduceInWorkgroup } from "@bertkit/shaders";
import { RowProgram, rowsOf } from "./row-program.ts";
import { makeOutput, type WebgpuKernel } from "./webgpu-backend.ts";

const program = new RowProgram((groupSize) => ({
  name: "LayerNorm",
  outputs: { y: "f32", means: "f32", inverses: "f32" },
  inputs: { x: "f32", gamma: "f32", beta: "f32" },
  numbers: { rows: "u32", size: "u32", epsilon: "f32" },
  groupSize,
  functions: reduceInWorkgroup(groupSize, "total"),
  body: `
  let size = numbers.size;
  for (var row = group; row < numbers.rows; row += groups) {
    let start = row * size;
    var sum = 0.0;
    for (var i = local; i < size; i += ${groupSize}u) { sum += x[start + i]; }
    let mean = total(sum, local) / f32(size);
    var squares = 0.0;
    for (var i = local; i < size; i += ${groupSize}u) {
      let centered = x[start + i] - mean;
      squares += centered * centered;
    }
    let inverse = 1.0 / sqrt(total(squares, local) / f32(size) + numbers.epsilon);
    for (var i = local; i < size; i += ${groupSize}u) {
      y[start + i] = (x[start + i] - mean) * inverse * gamma[i] + beta[i];
    }
    if (local == 0u) {
      means[row] = mean;
      inverses[row] = inverse;
    }
  }`,
}));

export const layerNorm: WebgpuKernel<"BertkitLayerNorm"> = (backend, { x, gamma, beta }, { epsilon }) => {
  const { rows, size } = rowsOf(x);
  const perRow = [...x.shape.slice(0, -1), 1];
  if (rows * size === 0) {
    const unknown = (): Float32Array => new Float32Array(rows).fill(NaN); // the mean of nothing
    return [
      makeOutput(backend, x.shape),
      backend.makeTensorInfo(perRow, "float32", unknown()),
      backend.makeTensorInfo(perRow, "float32", unknown()),
    ];
  }
  const y = makeOutput(backend, x.shape);
  const means = makeOutput(backend, perRow);
  const inverses = makeOutput(backend, perRow);
  program.run(backend, { y, means, inverses, x, gamma, beta }, { rows, size, epsilon });
  return [y, means, inverses];
};

/** Columns that a workgroup sums at once. */
const columns = 16;
/** Workgroups that sum columns. */
const maxColumnGroups = 256;

/**
 * With n = (x − mean) · inverse and g = dy · γ: dx = (g − mean(g) − n · mean(g · n)) · inverse, dγ = Σ dy · n, dβ = Σ
 * dy. The first workgroups sum columns for dγ and dβ; each of the others computes dx of rows.
 */
const gradientProgram = new RowProgram((groupSize) => {
  const lanes = groupSize / columns;
  return {
    name: "LayerNormGradient",
    outputs: { dx: "f32", dGamma: "f32", dBeta: "f32" },
    inputs: { dy: "f32", x: "f32", gamma: "f32", means: "f32", inverses: "f32" },
    numbers: { rows: "u32", size: "u32", columnGroups: "u32" },
    groupSize,
    functions: `${reduceInWorkgroup(groupSize, "total")}
var<workgroup> products: array<f32, ${groupSize}>;
var<workgroup> sums: array<f32, ${groupSize}>;

fn normalized(row: u32, at: u32) -> f32 { return (x[at] - means[row]) * inverses[row]; }

fn sumColumns(block: u32, local: u32) {
  let column = block * ${columns}u + local % ${columns}u;
  let lane = local / ${columns}u;
  var product = 0.0;
  var sum = 0.0;
  if (column < numbers.size) {
    for (var row = lane; row < numbers.rows; row += ${lanes}u) {
      let at = row * numbers.size + column;
      product += dy[at] * normalized(row, at);
      sum += dy[at];
    }
  }
  products[local] = product;
  sums[local] = sum;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {
    if (lane < half) {
      products[local] += products[local + half * ${columns}u];
      sums[local] += sums[local + half * ${columns}u];
    }
    workgroupBarrier();
  }
  if (lane == 0u && column < numbers.size) {
    dGamma[column] = products[local];
    dBeta[column] = sums[local];
  }
}

fn gradientOfRow(row: u32, local: u32) {
  let size = numbers.size;
  let start = row * size;
  var ownSum = 0.0;
  var ownProduct = 0.0;
  for (var i = local; i < size; i += ${groupSize}u) {
    let g = dy[start + i] * gamma[i];
    ownSum += g;
    ownProduct += g * normalized(row, start + i);
  }
  let mean = total(ownSum, local) / f32(size);
  let along = total(ownProduct, local) / f32(size);
  for (var i = local; i < size; i += ${groupSize}u) {
    let g = dy[start + i] * gamma[i];
    dx[start + i] = (g - mean - normalized(row, start + i) * along) * inverses[row];
  }
}`,
    body: `
  if (group < numbers.columnGroups) {
    for (var block = group; block * ${columns}u < numbers.size; block += numbers.columnGroups) {
      sumColumns(block, local);
    }
  } else {
    for (var row = group - numbers.columnGroups; row < numbers.rows; row += groups - numbers.columnGroups) {
      gradientOfRow(row, local);
    }
  }`,
  };
});

export const layerNormGradient: WebgpuKernel<"BertkitLayerNormGradient"> = (
  backend,
  { dy, x, gamma, mean, inverse },
) => {
  const { rows, size } = rowsOf(x);
  if (rows * size === 0) {
    const zeros = (): Float32Array => new Float32Array(size);
    return [
      makeOutput(backend, x.shape),
      backend.makeTensorInfo([size], "float32", zeros()),
      backend.makeTensorInfo([size], "float32", zeros()),
    ];
  }
  const dx = makeOutput(backend, x.shape);
  const dGamma = makeOutput(backend, [size]);
  const dBeta = makeOutput(backend, [size]);
  const columnGroups = Math.min(maxColumnGroups, Math.ceil(size / columns));
  const tensors = { dx, dGamma, dBeta, dy, x, gamma, means: mean, inverses: inverse };
  gradientProgram.run(backend, tensors, { rows, size, columnGroups }, columnGroups);
  return [dx, dGamma, dBeta];
};
