import type { AdamWAttributes } from "@bertkit/ops";
import { engine, Variable, type TensorInfo } from "@tensorflow/tfjs-core";
import { copied, handOver, kinds, moveIn, placeOf, SlotGroup, type Slot } from "./place.ts";
import { sizeOf, type WebgpuBackend } from "./webgpu-backend.ts";

/** One variable of a step. */
export interface Parameter {
  readonly values: TensorInfo;
  readonly firstMoments: TensorInfo;
  readonly secondMoments: TensorInfo;
  readonly gradient: TensorInfo;
  readonly weightDecay: number;
}

/** The variables with elements. Those that share data with other tensors get data of their own. */
export function parametersOf(backend: WebgpuBackend, attributes: AdamWAttributes<TensorInfo>): Parameter[] {
  const { variables, gradients, firstMoments, secondMoments, weightDecays } = attributes;
  const all = variables.map((values, i) => ({
    values,
    firstMoments: firstMoments[i]!,
    secondMoments: secondMoments[i]!,
    gradient: gradients[i]!,
    weightDecay: weightDecays[i]!,
  }));
  const some = all.filter(({ values }) => sizeOf(values) > 0);
  for (const parameter of some) for (const kind of kinds) takeOwnData(backend, parameter[kind]);
  return some;
}

/** Before an update in place: clones and reshapes of a variable keep their current values. */
function takeOwnData(backend: WebgpuBackend, info: TensorInfo): void {
  const { dataId, shape } = info;
  const data = backend.tensorMap.get(dataId);
  backend.uploadToGPU(dataId);
  data.values = null; // a copy in main memory, from a read
  if (!(info instanceof Variable) || backend.refCount(dataId) === 1) return;
  const fresh = backend.makeTensorInfo(shape, "float32");
  const place = placeOf(backend, dataId);
  if (place !== undefined) handOver(backend, place, dataId, fresh.dataId);
  else backend.tensorMap.get(fresh.dataId).resource = copied(backend, data.resource as GPUBuffer);
  const tensor = engine().makeTensorFromTensorInfo(fresh, backend as never);
  info.assign(tensor);
  tensor.dispose();
}

/**
 * The slot of each variable, with the variable and its moments in place. Variables that had none get new groups. One
 * that was assigned, or has other moments than in the last step, is copied into the slot of the rest.
 *
 * @param limit maximum bytes of a flat buffer
 */
export function slotsOf(backend: WebgpuBackend, parameters: readonly Parameter[], limit: number): Slot[] {
  const slots = new Map<Parameter, Slot>();
  const taken = new Set<Slot>();
  const unassigned: Parameter[] = [];
  for (const parameter of parameters) {
    const slot = kinds
      .map((kind) => placeOf(backend, parameter[kind].dataId)?.slot)
      .find((known) => known !== undefined && !taken.has(known) && known.size === sizeOf(parameter.values));
    if (slot === undefined) unassigned.push(parameter);
    else {
      slots.set(parameter, slot);
      taken.add(slot);
    }
  }
  // Equal decays side by side, because the shader searches the ranges of each.
  unassigned.sort((a, b) => b.weightDecay - a.weightDecay);
  const alignment = backend.device.limits.minStorageBufferOffsetAlignment / 4;
  for (const members of packed(unassigned, limit / 4, alignment)) {
    const group = new SlotGroup(
      members.map(({ values }) => sizeOf(values)),
      alignment,
    );
    members.forEach((parameter, i) => slots.set(parameter, group.slots[i]!));
  }
  for (const kind of kinds) {
    const moved = parameters.filter((parameter) => moveIn(backend, parameter[kind], slots.get(parameter)!, kind));
    if (moved.length > 0) backend.submitQueue(); // frees the buffers that they had before the next kind takes memory
  }
  return parameters.map((parameter) => slots.get(parameter)!);
}

/** In their order, as many to a list as fit. */
function packed(parameters: readonly Parameter[], limit: number, alignment: number): Parameter[][] {
  const lists: Parameter[][] = [];
  let free = 0;
  for (const parameter of parameters) {
    const needed = Math.ceil(sizeOf(parameter.values) / alignment) * alignment;
    if (needed > free) {
      lists.push([]);
      free = limit;
    }
    lists.at(-1)!.push(parameter);
    free -= needed;
  }
  return lists;
}
