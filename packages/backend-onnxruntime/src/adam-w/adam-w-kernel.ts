import { collectGarbage, limitGarbage } from "#collect-garbage";
import type { AdamWAttributes } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import type { Storage } from "../record/storage.ts";
import { makeSlots, slotAt, type ParameterSlot } from "./parameter-block.ts";
import { updateRemotely } from "./remote-adam-w.ts";
import { RowSumGradients } from "./row-sums.ts";

type Attributes = AdamWAttributes<TensorInfo>;

/**
 * AdamW (Loshchilov and Hutter 2019) over all variables at once. Runs the pending kernels first, so that one graph
 * computes the gradients and every other live tensor; then updates variables and moments in place. Returns no tensor.
 */
export const adamWKernel: KernelFunc = ({ backend, attrs }) => {
  const own = backend as OnnxRuntimeBackend;
  const attributes = attrs as unknown as Attributes;
  check(attributes);
  const { remote } = own.executor.pool;
  if (remote !== undefined) {
    updateRemotely(own, remote, attributes);
    return [];
  }
  const slots = attributes.variables.map((variable, i) =>
    slotOf(own, variable, attributes.firstMoments[i]!, attributes.secondMoments[i]!),
  );
  const gradients = attributes.gradients.map((info) => own.numeric(info));
  settle(own, attributes, slots, gradients);
  applyUpdate(attributes, slots as ParameterSlot[]);
  limitGarbage();
  return [];
};

function check({ variables, gradients, firstMoments, secondMoments, weightDecays }: Attributes): void {
  variables.forEach(({ shape }, i) => {
    for (const other of [gradients[i], firstMoments[i], secondMoments[i]]) {
      if (other === undefined || other.dtype !== "float32" || other.shape.join() !== shape.join()) {
        throw new Error(
          `BertkitAdamW: variable ${i} has shape [${shape}], got a gradient or moment of ${other === undefined ? "nothing" : `${other.dtype} [${other.shape}]`}. Give float32 tensors of one shape.`,
        );
      }
    }
    if (weightDecays[i] === undefined)
      throw new Error(
        `BertkitAdamW: ${variables.length} variables, got ${weightDecays.length} weight decays. Give one for each.`,
      );
  });
}

/** The slot of the variable and its moments, if they are still in it. */
function slotOf(
  backend: OnnxRuntimeBackend,
  variable: TensorInfo,
  first: TensorInfo,
  second: TensorInfo,
): ParameterSlot | undefined {
  const slot = slotAt(backend.numeric(variable).source.storage);
  if (slot === undefined) return undefined;
  const kept =
    backend.numeric(first).source.storage === slot.firstMoments &&
    backend.numeric(second).source.storage === slot.secondMoments;
  return kept ? slot : undefined;
}

/** From this many bytes of weights on, the arrays that they leave behind are garbage-collected at once. */
const largeModel = 64 * 2 ** 20;

/**
 * Moves variables whose values exist into the block, runs the pending graph with gradients written into their slots,
 * adds the rows of gradients that are sums of rows, then moves the other variables. So the weights' old memory is free
 * when the graph needs the most.
 */
function settle(
  backend: OnnxRuntimeBackend,
  attributes: Attributes,
  slots: (ParameterSlot | undefined)[],
  gradients: readonly Data[],
): void {
  const slotsFor = (wanted: (place: number) => boolean): number[] => {
    const without = slots.flatMap((slot, i) => (slot === undefined && wanted(i) ? [i] : []));
    makeSlots(
      without.map((i) => gradients[i]!.type.size),
      backend.executor.pool.loops,
    ).forEach((slot, k) => (slots[without[k]!] = slot));
    return without;
  };
  const moveAllIn = (i: number): void => {
    moveIn(backend, attributes.variables[i]!, slots[i]!.parameters);
    moveIn(backend, attributes.firstMoments[i]!, slots[i]!.firstMoments);
    moveIn(backend, attributes.secondMoments[i]!, slots[i]!.secondMoments);
  };
  const early = slotsFor((i) =>
    [attributes.variables, attributes.firstMoments, attributes.secondMoments].every((infos) => {
      const data = backend.numeric(infos[i]!);
      return data.references === 1 && (data.source.storage !== undefined || isUncomputedZeros(data));
    }),
  );
  early.forEach(moveAllIn);
  if (early.reduce((sum, i) => sum + gradients[i]!.type.bytes, 0) > largeModel) collectGarbage();
  const sources = gradients.map(({ source }) => source);
  const rowSums = new RowSumGradients(backend, sources);
  slots.forEach((slot, i) => {
    if (slot === undefined) return;
    copyOutGradient(backend, slot);
    const source = rowSums.fromGraph(sources[i]!);
    if (source !== undefined && source.storage === undefined && source.destination === undefined)
      source.destination = slot.gradients;
  });
  backend.executor.flush();
  slotsFor(() => true);
  rowSums.add(sources, slots as ParameterSlot[]);
  slots.forEach((slot, i) => {
    moveAllIn(i);
    const storage = backend.executor.storageOf(sources[i]!);
    if (storage === slot!.gradients) slot!.gradientOf = sources[i];
    else slot!.gradients.values.set(storage.values);
  });
}

/**
 * Copies out an earlier step's gradient that was kept, or that a kernel still reads, before the next gradient
 * overwrites it.
 */
function copyOutGradient(backend: OnnxRuntimeBackend, slot: ParameterSlot): void {
  const source = slot.gradientOf;
  slot.gradientOf = undefined;
  if (source === undefined || source.storage !== slot.gradients) return;
  const { pending } = backend.executor.recorder;
  if (source.held || pending.some(({ inputs }) => inputs.includes(source))) source.storage = copyOf(backend, source);
}

function copyOf(backend: OnnxRuntimeBackend, source: Source): Storage {
  const copy = backend.executor.pool.take(source.type);
  copy.values.set(source.storage!.values);
  return copy;
}

/** Recorded zeros that have not been computed, such as new moments: slots start as zeros. */
function isUncomputedZeros({ fill, source }: Data): boolean {
  return fill === 0 && source.storage === undefined && source.failure === undefined;
}

/** Makes `home`, which is all zeros, the variable's memory. Its clones and reshapes keep their current values. */
function moveIn(backend: OnnxRuntimeBackend, info: TensorInfo, home: Storage): void {
  const data = backend.numeric(info);
  if (data.references === 1 && isUncomputedZeros(data)) {
    data.source.held = false;
    data.source = new Source(data.type);
    data.source.storage = home;
    data.fill = undefined;
    home.values.fill(0); // already zero, but the loops would read each page before writing it: two page faults instead of one
    return;
  }
  let source = data.source;
  if (backend.numeric(info).references > 1 && info instanceof tf.Variable) {
    if (backend.executor.storageOf(source) === home) source.storage = copyOf(backend, source);
    const { values } = backend.executor.storageOf(source);
    const fresh = tf.engine().makeTensorFromTensorInfo(
      backend.makeFloats(info.shape, (copy) => copy.set(values)),
      backend,
    );
    info.assign(fresh);
    fresh.dispose();
    source = backend.numeric(info).source;
  }
  const storage = backend.executor.storageOf(source);
  if (storage === home) return;
  backend.numeric(info).fill = undefined; // from now on updated in place
  home.values.set(storage.values);
  countChange(home);
  backend.executor.pool.give(storage);
  source.storage = home;
}

/** Only variables count their changes; moments do not. */
function countChange(storage: Storage): void {
  if (storage.version !== undefined) storage.version++;
}

function applyUpdate(attributes: Attributes, slots: readonly ParameterSlot[]): void {
  const { learningRate, beta1, beta2, epsilon, weightDecays, clipNorm, step, biasCorrection } = attributes;
  const rate = learningRate / (biasCorrection ? 1 - beta1 ** step : 1);
  const rootScale = 1 / Math.sqrt(biasCorrection ? 1 - beta2 ** step : 1);
  const scale = clipNorm === Infinity ? 1 : clipScale(slots, clipNorm);
  slots.forEach(({ loops, parameters, addresses: [p, m, v, g], bytes }, i) => {
    countChange(parameters);
    loops.update(
      p,
      m,
      v,
      g,
      bytes,
      scale,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      rate,
      rootScale,
      epsilon,
      learningRate * weightDecays[i]!,
    );
  });
}

function clipScale(slots: readonly ParameterSlot[], clipNorm: number): number {
  let squares = 0;
  for (const { loops, addresses, bytes } of slots) squares += loops.sumOfSquares(addresses[3], addresses[3] + bytes);
  const norm = Math.sqrt(squares);
  return norm > clipNorm ? clipNorm / norm : Number.isNaN(norm) ? NaN : 1;
}
