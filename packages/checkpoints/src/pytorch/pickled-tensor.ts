import { elementCount, mostAxes } from "../element-count.ts";
import type { ElementType } from "../safetensors/element-type.ts";
import { shownShape } from "../shown.ts";
import { pytorchError } from "./pytorch-error.ts";

/** A run of elements in the file that tensors look at; several may share one, as tied weights do. */
export interface PickledStorage {
  readonly key: string;
  /** Undefined for bytes whose type each tensor says itself. */
  readonly type: ElementType | undefined;
  /** Elements, or bytes where there is no type. */
  readonly length: number;
  /** For a view of another storage (legacy files), where it begins there, in elements. */
  readonly start: number;
}

/** A view of a storage: where it begins and how far each axis steps, in elements. */
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

/** How many more elements than its storage has a tensor that repeats them (`expand`) may have. */
const mostRepeated = 1 << 20;

/** Elements from the first that a tensor shows to the last, both included. Throws where they do not lie in `available` elements. */
export function checkedSpan({ offset, shape, strides }: PickledTensor, available: number): number {
  if (shape.length !== strides.length || shape.length > mostAxes)
    throw pytorchError(`a tensor has ${shape.length} axes and ${strides.length} strides.`);
  const elements = elementCount(shape);
  if (elements === undefined) throw pytorchError(`a tensor of shape ${shownShape(shape)} has too many elements.`);
  if (elements === 0) return 0;
  const span = shape.reduce((last, length, axis) => last + (length - 1) * strides[axis]!, 1);
  if (offset + span > available || elements > Math.max(available, mostRepeated))
    throw pytorchError(
      `a tensor of shape ${shownShape(shape)} and strides ${shownShape(strides)} at ${offset} needs more than the ${available} elements of its storage.`,
    );
  return span;
}
