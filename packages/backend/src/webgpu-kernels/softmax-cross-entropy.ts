import { reduceInWorkgroup } from "@bertkit/shaders";
import { RowProgram, rowsOf } from "./row-program.ts";
import { makeOutput, type WebgpuKernel } from "./webgpu-backend.ts";
import { ElementProgram } from "./webgpu-program.ts";

/** A label outside [0, classes) has the loss NaN. */
const program = new RowProgram((groupSize) => ({
  name: "SoftmaxCrossEntropy",
  outputs: { probabilities: "f32", loss: "f32" },
  inputs: { logits: "f32", labels: "i32" },
  numbers: { rows: "u32", size: "u32", nan: "f32" },
  groupSize,
  functions: reduceInWorkgroup(groupSize, "total", "largest"),
  body: `
  let size = numbers.size;
  for (var row = group; row < numbers.rows; row += groups) {
    let start = row * size;
    var ownLargest = -3.402823e38;
    for (var i = local; i < size; i += ${groupSize}u) { ownLargest = max(ownLargest, logits[start + i]); }
    let shift = largest(ownLargest, local);
    var sum = 0.0;
    for (var i = local; i < size; i += ${groupSize}u) { sum += exp(logits[start + i] - shift); }
    let all = total(sum, local);
    for (var i = local; i < size; i += ${groupSize}u) {
      probabilities[start + i] = exp(logits[start + i] - shift) / all;
    }
    if (local == 0u) {
      let label = labels[row];
      let valid = label >= 0 && label < i32(size);
      let picked = logits[start + u32(select(0, label, valid))];
      loss[row] = select(numbers.nan, log(all) - (picked - shift), valid);
    }
  }`,
}));

export const softmaxCrossEntropy: WebgpuKernel<"BertkitSoftmaxCrossEntropy"> = (backend, { logits, labels }) => {
  const { rows, size } = rowsOf(logits);
  if (rows * size === 0)
    return [
      backend.makeTensorInfo([rows], "float32", new Float32Array(rows).fill(NaN)), // without classes, no label is valid
      makeOutput(backend, logits.shape),
    ];
  const loss = makeOutput(backend, [rows]);
  const probabilities = makeOutput(backend, logits.shape);
  program.run(backend, { probabilities, loss, logits, labels }, { rows, size, nan: NaN });
  return [loss, probabilities];
};

const gradientProgram = new ElementProgram({
  name: "SoftmaxCrossEntropyGradient",
  outputs: { dLogits: "f32" },
  inputs: { dy: "f32", probabilities: "f32", labels: "i32" },
  numbers: { classes: "u32" },
  element: `
    let row = i / numbers.classes;
    let hit = i32(i % numbers.classes) == labels[row];
    dLogits[i] = dy[row] * (probabilities[i] - select(0.0, 1.0, hit));`,
});

/** (probabilities − one-hot label) · dy of every row. */
export const softmaxCrossEntropyGradient: WebgpuKernel<"BertkitSoftmaxCrossEntropyGradient"> = (
  backend,
  { dy, probabilities, labels },
) => {
  const { rows, size } = rowsOf(probabilities);
  const dLogits = makeOutput(backend, probabilities.shape);
  gradientProgram.run(backend, { dLogits, dy, probabilities, labels }, { classes: size }, rows * size);
  return [dLogits];
};
