import { collectGarbage } from "#collect-garbage";
import type { AdamWAttributes } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import type { Storage } from "../record/storage.ts";
import { makeSlots, type ParameterSlot } from "./parameter-block.ts";
import { RowSumGradients } from "./row-sums.ts";

/** If this many bytes of weights or more are moved, their old arrays are garbage-collected immediately. */
const largeModel = 64 * 2 ** 20;

/**
 * Moves variables whose values exist into the block, runs the pending graph with gradients written into their slots,
 * adds the rows of gradients that are sums of rows, then moves the other variables. So the weights' old memory is free
 * when the graph needs the most.
 */
export function fillSlots(
  backend: OnnxRuntimeBackend,
  attributes: AdamWAttributes<TensorInfo>,
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
  const { pool } = backend.executor;
  if (pool.free === undefined) pool.give(storage);
  else pool.free(storage); // the next such array may never be needed
  source.storage = home;
}

/** Only variables count their changes; moments do not. */
export function countChange(storage: Storage): void {
  if (storage.version !== undefined) storage.version++;
}
