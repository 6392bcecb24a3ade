import { shown } from "@bertkit/checks";
import { type ElementArray, type ElementType, naturalType } from "./element-type.ts";

/** A tensor in the form of a file, without a backend. */
export interface StoredTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /**
   * Row-major. F16 and BF16 are widened to float32; 64-bit integers are BigInt arrays. May be a view of the file's
   * bytes, so do not write to it.
   */
  readonly data: ElementArray;
  /** Whether the reader owns the memory of the data, and may keep it and write to it. Default false. */
  readonly owned?: boolean;
}

/** A tensor to be written; `type` is needed only for F16, BF16 (from a Float32Array) and BOOL (from a Uint8Array). */
export interface TensorToStore {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ElementArray;
  readonly type?: ElementType;
}

/**
 * The tensor with an explicit type.
 *
 * @param where the function's name, the start of messages
 * @throws TypeError if there is no type, and the data are not a typed array
 */
export function storedAs(where: string, { name, shape, data, type = naturalType(data) }: TensorToStore): StoredTensor {
  if (type === undefined)
    throw new TypeError(
      `${where}: the data of ${shown(name)} must be a typed array, got ${shown(data)}. Pass a Float32Array of them.`,
    );
  return { name, type, shape, data };
}
