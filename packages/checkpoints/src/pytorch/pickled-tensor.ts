import { elementCount, maxAxes } from "../element-count.ts";
import type { ElementType } from "../safetensors/element-type.ts";
import { shownShape } from "../shown.ts";
import { pytorchError } from "./pytorch-error.ts";

/** A range of elements in the file. Several tensors may share one, for instance tied weights. */
export interface PickledStorage {
  readonly key: string;
  /** Undefined for untyped bytes, whose type is given by each tensor. */
  readonly type: ElementType | undefined;
  /** In elements, or bytes if untyped. */
  readonly length: number;
  /** For a view of another storage (legacy files), its start there, in elements. */
  readonly start: number;
}

/** A view of a storage, with offset and strides in elements. */
export class PickledTensor {
  readonly storage: PickledStorage;
  readonly type: ElementType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: PickledStorage, type: ElementType, offset: number, shape: number[], strides: number[]) {
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** How many more elements than its storage an expanded tensor may have. */
const maxRepeated = 1 << 20;

/** Number of elements from the first to the last element of a tensor, inclusive. Throws if it exceeds `available`. */
export function checkedSpan({ offset, shape, strides }: PickledTensor, available: number): number {
  if (shape.length !== strides.length || shape.length > maxAxes)
    throw pytorchError(`a tensor has ${shape.length} axes and ${strides.length} strides.`);
  const elements = elementCount(shape);
  if (elements === undefined) throw pytorchError(`a tensor of shape ${shownShape(shape)} has too many elements.`);
  if (elements === 0) return 0;
  const span = shape.reduce((last, length, axis) => last + (length - 1) * strides[axis]!, 1);
  if (offset + span > available || elements > Math.max(available, maxRepeated))
    throw pytorchError(
      `a tensor of shape ${shownShape(shape)} and strides ${shownShape(strides)} at ${offset} needs more than the ${available} elements of its storage.`,
    );
  return span;
}
