import type { TensorInfo } from "@tensorflow/tfjs-core";
import { encoderOf, type WebgpuBackend } from "./webgpu-backend.ts";

/** What the flat buffers of a group hold of each variable. */
export type Kind = "values" | "firstMoments" | "secondMoments";
export const kinds: readonly Kind[] = ["values", "firstMoments", "secondMoments"];

/** A tensor's part of a flat buffer. It replaces the tensor's own buffer: the backend binds it as it is. */
export class Place implements GPUBufferBinding {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
  readonly slot: Slot;
  readonly kind: Kind;

  constructor(buffer: GPUBuffer, slot: Slot, kind: Kind) {
    this.buffer = buffer;
    this.offset = 4 * slot.start;
    this.size = 4 * slot.size;
    this.slot = slot;
    this.kind = kind;
  }

  /** The tensor is elsewhere now. */
  leave(backend: WebgpuBackend): void {
    delete this.slot.tensors[this.kind];
    this.slot.group.release(backend);
  }
}

/** The same range of a group's flat buffers: one variable with its moments and gradient. */
export interface Slot {
  readonly group: SlotGroup;
  /** In elements. */
  readonly start: number;
  readonly size: number;
  /** The data of the tensors that are there. */
  readonly tensors: Partial<Record<Kind, object>>;
}

/** Variables of which one dispatch updates all. */
export class SlotGroup {
  readonly slots: Slot[] = [];
  /** Elements of each flat buffer. */
  readonly size: number;
  readonly #flat: Partial<Record<Kind | "gradients", TensorInfo>> = {};

  /** @param alignment of each slot, in elements */
  constructor(sizes: readonly number[], alignment: number) {
    let start = 0;
    for (const size of sizes) {
      this.slots.push({ group: this, start, size, tensors: {} });
      start += Math.ceil(size / alignment) * alignment;
    }
    this.size = start;
  }

  flat(backend: WebgpuBackend, kind: Kind | "gradients"): TensorInfo {
    return (this.#flat[kind] ??= this.#make(backend));
  }

  buffer(backend: WebgpuBackend, kind: Kind | "gradients"): GPUBuffer {
    const { dataId } = this.flat(backend, kind);
    backend.commandQueueOwnedIds.add(dataId);
    return backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  /** Frees the flat buffers if no tensor is there anymore. */
  release(backend: WebgpuBackend): void {
    if (this.slots.some(({ tensors }) => Object.keys(tensors).length > 0)) return;
    for (const [kind, { dataId }] of Object.entries(this.#flat)) {
      delete this.#flat[kind as Kind];
      backend.disposeData(dataId);
    }
  }

  #make(backend: WebgpuBackend): TensorInfo {
    const info = backend.makeTensorInfo([this.size], "float32");
    backend.uploadToGPU(info.dataId);
    // The backend's buffers are reused, and the elements between slots count in the norm of the gradients.
    encoderOf(backend).clearBuffer(backend.tensorMap.get(info.dataId).resource as GPUBuffer);
    backend.commandQueueOwnedIds.add(info.dataId);
    return info;
  }
}

/** The tensor's place; undefined if it has a buffer of its own or is in main memory. */
export function placeOf(backend: WebgpuBackend, dataId: object): Place | undefined {
  const { resource } = backend.tensorMap.get(dataId);
  return resource instanceof Place ? resource : undefined;
}

/** Moves a tensor to its place. A tensor that is there gets a buffer of its own. Returns whether anything moved. */
export function moveIn(backend: WebgpuBackend, { dataId }: TensorInfo, slot: Slot, kind: Kind): boolean {
  const there = slot.tensors[kind];
  if (there === dataId) return false;
  // First, since a group without tensors would be freed.
  const place = new Place(slot.group.buffer(backend, kind), slot, kind);
  if (there !== undefined) backend.tensorMap.get(there).resource = copied(backend, place);
  slot.tensors[kind] = dataId;
  const data = backend.tensorMap.get(dataId);
  if (data.resource instanceof Place) moveOut(backend, dataId);
  backend.uploadToGPU(dataId);
  const own = data.resource as GPUBuffer;
  encoderOf(backend).copyBufferToBuffer(own, 0, place.buffer, place.offset, place.size);
  data.resource = place;
  if (data.external !== true) backend.stagingPendingDisposal.push(own);
  data.external = false;
  return true;
}

/** Gives a tensor with a place a buffer of its own. */
function moveOut(backend: WebgpuBackend, dataId: object): void {
  const data = backend.tensorMap.get(dataId);
  const place = data.resource as Place;
  data.resource = copied(backend, place);
  place.leave(backend);
}

/** A tensor's place for other data: `from` keeps the values, in a buffer of its own. */
export function handOver(backend: WebgpuBackend, place: Place, from: object, to: object): void {
  backend.tensorMap.get(from).resource = copied(backend, place);
  backend.tensorMap.get(to).resource = place;
  place.slot.tensors[place.kind] = to;
}

/** A buffer with the same bytes. */
export function copied(backend: WebgpuBackend, source: Place | GPUBuffer): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const copy = backend.bufferManager.acquireBuffer(source.size, usage);
  const { buffer, offset } = source instanceof Place ? source : { buffer: source, offset: 0 };
  encoderOf(backend).copyBufferToBuffer(buffer, offset, copy, 0, source.size);
  return copy;
}
