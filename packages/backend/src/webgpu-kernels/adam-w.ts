import type { AdamWAttributes } from "@bertkit/ops";
import { adamWNumbers, adamWShader, reduceInWorkgroup } from "@bertkit/shaders";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { Place, type Slot, type SlotGroup } from "./place.ts";
import { parametersOf, slotsOf, type Parameter } from "./slots-of-step.ts";
import { supportPlaces } from "./support-places.ts";
import { encoderOf, type WebgpuBackend } from "./webgpu-backend.ts";
import { WebgpuProgram } from "./webgpu-program.ts";

const groupSize = 256;
/** Elements that an invocation updates at least, because each also sums the partial sums of squares. */
const elementsEach = 16;
/** Workgroups that sum the squares of one flat buffer. */
const maxPartials = 128;

const squares = new WebgpuProgram({
  name: "AdamWSquares",
  outputs: { partials: "f32" },
  inputs: { gradients: "f32" },
  numbers: { size: "u32", firstPartial: "u32" },
  groupSize,
  functions: reduceInWorkgroup(groupSize, "total"),
  body: `
  var own = 0.0;
  for (var i = first; i < numbers.size; i += groups * ${groupSize}u) { own += gradients[i] * gradients[i]; }
  let sum = total(own, local);
  if (local == 0u) { partials[numbers.firstPartial + group] = sum; }`,
});

/** A segment is its end, whether it is updated, and its weight decay. */
const update = (clips: boolean): WebgpuProgram =>
  new WebgpuProgram({
    name: clips ? "AdamWClipped" : "AdamW",
    outputs: { values: "f32", firstMoments: "f32", secondMoments: "f32" },
    inputs: { gradients: "f32", segments: "u32", ...(clips ? { partials: "f32" as const } : {}) },
    numbers: {
      ...Object.fromEntries(Object.keys(adamWNumbers(noSettings)).map((key) => [key, "f32" as const])),
      size: "u32",
      partialCount: "u32",
    },
    groupSize,
    functions: adamWShader,
    body: `
  var scale = 1.0;
  ${clips ? clipping : ""}
  var s = 0u;
  for (var i = first; i < numbers.size; i += groups * ${groupSize}u) {
    while (i >= segments[s]) { s += 3u; }
    if (segments[s + 1u] == 0u) { continue; }
    let weightDecay = bitcast<f32>(segments[s + 2u]);
    let next = adamW(values[i], firstMoments[i], secondMoments[i], gradients[i] * scale, weightDecay);
    values[i] = next.x;
    firstMoments[i] = next.y;
    secondMoments[i] = next.z;
  }`,
  });

const noSettings = { learningRate: 0, beta1: 0, beta2: 0, epsilon: 0, rate: 0, rootScale: 0, clipNorm: 0 };
/** Without a barrier: they make a workgroup slow on software adapters. */
const clipping = `
  var squares = 0.0;
  for (var i = 0u; i < numbers.partialCount; i++) { squares += partials[i]; }
  scale = clipScale(sqrt(squares));`;
const updates = { clipped: update(true), free: update(false) };

/**
 * AdamW (Loshchilov and Hutter, 2019) in one dispatch, and one more for the norm if it clips. Variables and moments
 * stay in flat buffers, of which the tensors are parts; the gradients are copied into one. Variables beyond the largest
 * binding of the GPU, or first updated in a later step, are in further flat buffers, each with its own dispatches.
 *
 * @param limit maximum bytes of a flat buffer
 * @throws Error on a gradient or moment of another shape than its variable, or a variable that is given twice or is too
 *   large
 */
export function adamW(
  backend: WebgpuBackend,
  attributes: AdamWAttributes<TensorInfo>,
  limit: number = Math.min(backend.device.limits.maxStorageBufferBindingSize, backend.device.limits.maxBufferSize),
): void {
  check(attributes, limit);
  supportPlaces(backend);
  const parameters = parametersOf(backend, attributes);
  const slots = slotsOf(backend, parameters, limit);
  const groups = [...new Set(slots.map(({ group }) => group))];
  copyGradients(backend, parameters, slots, groups);
  const partials = attributes.clipNorm === Infinity ? undefined : sumSquares(backend, groups);
  const decays = new Map(slots.map((slot, i) => [slot, parameters[i]!.weightDecay]));
  for (const group of groups) updateGroup(backend, group, decays, attributes, partials);
  if (partials !== undefined) backend.disposeData(partials.dataId);
}

function check({ variables, gradients, firstMoments, secondMoments, weightDecays }: Given, limit: number): void {
  variables.forEach(({ shape, dtype }, i) => {
    for (const other of [gradients[i], firstMoments[i], secondMoments[i]])
      if (other?.shape.join() !== shape.join() || other.dtype !== "float32" || dtype !== "float32")
        throw new Error(
          `BertkitAdamW: variable ${i} is ${dtype} [${shape}], got a gradient or moment of ${other === undefined ? "nothing" : `${other.dtype} [${other.shape}]`}. Give float32 tensors of one shape.`,
        );
    if (weightDecays[i] === undefined)
      throw new Error(
        `BertkitAdamW: ${variables.length} variables, got ${weightDecays.length} weight decays. Give one for each.`,
      );
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    if (bytes > limit)
      throw new Error(
        `BertkitAdamW: variable ${i} is [${shape}], got a GPU that binds at most ${limit} bytes. Use the backend "wasm", or a smaller table.`,
      );
  });
  if (new Set(variables).size < variables.length)
    throw new Error("BertkitAdamW: a variable is given twice. Give each once, with the sum of its gradients.");
}

type Given = AdamWAttributes<TensorInfo>;

function copyGradients(
  backend: WebgpuBackend,
  parameters: readonly Parameter[],
  slots: readonly Slot[],
  groups: readonly SlotGroup[],
): void {
  for (const { gradient } of parameters) backend.uploadToGPU(gradient.dataId);
  const targets = new Map(groups.map((group) => [group, group.buffer(backend, "gradients")]));
  const encoder = encoderOf(backend);
  // Gradients of earlier steps would count in the norm.
  for (const group of groups)
    if (group.slots.some((slot) => !slots.includes(slot))) encoder.clearBuffer(targets.get(group)!);
  parameters.forEach(({ gradient: { dataId } }, i) => {
    const { group, start, size } = slots[i]!;
    const { resource } = backend.tensorMap.get(dataId);
    const [buffer, offset] =
      resource instanceof Place ? [resource.buffer, resource.offset] : [resource as GPUBuffer, 0];
    backend.commandQueueOwnedIds.add(dataId);
    encoder.copyBufferToBuffer(buffer, offset, targets.get(group)!, 4 * start, 4 * size);
  });
}

const groupsFor = (size: number): number => Math.ceil(size / (groupSize * elementsEach));

/** The sums of squares of all gradients, as partial sums. */
function sumSquares(backend: WebgpuBackend, groups: readonly SlotGroup[]): TensorInfo {
  const counts = groups.map(({ size }) => Math.min(maxPartials, groupsFor(size)));
  const partials = backend.makeTensorInfo([counts.reduce((sum, count) => sum + count, 0)], "float32");
  let firstPartial = 0;
  groups.forEach((group, i) => {
    const tensors = { partials, gradients: group.flat(backend, "gradients") };
    squares.run(backend, tensors, { size: group.size, firstPartial }, counts[i]!);
    firstPartial += counts[i]!;
  });
  return partials;
}

function updateGroup(
  backend: WebgpuBackend,
  group: SlotGroup,
  decays: ReadonlyMap<Slot, number>,
  { learningRate, beta1, beta2, epsilon, clipNorm, step, biasCorrection }: Given,
  partials: TensorInfo | undefined,
): void {
  const words = segmentsOf(group, decays);
  const segments = backend.makeTensorInfo([words.length], "int32", words);
  const rate = learningRate / (biasCorrection ? 1 - beta1 ** step : 1);
  const rootScale = 1 / Math.sqrt(biasCorrection ? 1 - beta2 ** step : 1);
  const program = partials === undefined ? updates.free : updates.clipped;
  program.run(
    backend,
    {
      values: group.flat(backend, "values"),
      firstMoments: group.flat(backend, "firstMoments"),
      secondMoments: group.flat(backend, "secondMoments"),
      gradients: group.flat(backend, "gradients"),
      segments,
      ...(partials === undefined ? {} : { partials }),
    },
    {
      ...adamWNumbers({ learningRate, beta1, beta2, epsilon, rate, rootScale, clipNorm }),
      size: group.size,
      partialCount: partials === undefined ? 0 : partials.shape[0]!,
    },
    groupsFor(group.size),
  );
  backend.disposeData(segments.dataId);
}

/** Neighboring slots with the same decay are one segment. */
function segmentsOf(group: SlotGroup, decays: ReadonlyMap<Slot, number>): Int32Array {
  const segments: { end: number; readonly decay: number | undefined }[] = [];
  group.slots.forEach((slot, i) => {
    const end = group.slots[i + 1]?.start ?? group.size;
    const decay = decays.get(slot);
    const last = segments.at(-1);
    if (last !== undefined && last.decay === decay) last.end = end;
    else segments.push({ end, decay });
  });
  const words = new Int32Array(3 * segments.length);
  const floats = new Float32Array(words.buffer);
  segments.forEach(({ end, decay }, i) => {
    words.set([end, decay === undefined ? 0 : 1], 3 * i);
    floats[3 * i + 2] = decay ?? 0;
  });
  return words;
}
