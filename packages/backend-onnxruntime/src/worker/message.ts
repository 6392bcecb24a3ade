import * as tf from "@tensorflow/tfjs-core";
import type { DataType, TypedArray } from "@tensorflow/tfjs-core";

/** A tensor on its way from one thread to another. */
interface Parcel {
  readonly parcelOf: "tensor";
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** For complex numbers, real and imaginary parts in turn. */
  readonly values: TypedArray | readonly string[];
}

interface Packed {
  readonly message: unknown;
  /** Memory to transfer instead of copy. */
  readonly transfer: readonly ArrayBuffer[];
}

/** A tensor's memory if no other tensor and no code outside has it, so that it may be transferred; else undefined. */
export type OwnBuffer = (tensor: tf.Tensor) => ArrayBuffer | undefined;

/**
 * Replaces the tensors in a value, also inside arrays and plain objects, by messages that threads can send.
 * @param ownBuffer disposes the tensors, and transfers what it returns of them. By default, memory is copied.
 */
export async function pack(value: unknown, ownBuffer?: OwnBuffer): Promise<Packed> {
  const tensors = new Set<tf.Tensor>();
  replace(value, (found) => (found instanceof tf.Tensor ? tensors.add(found) : undefined));
  const transfer = ownBuffer === undefined ? [] : [...tensors].flatMap((tensor) => ownBuffer(tensor) ?? []);
  const parcels = new Map<unknown, Parcel>();
  for (const tensor of tensors) {
    const values = (await tensor.data<DataType>()) as TypedArray | string[];
    parcels.set(tensor, { parcelOf: "tensor", shape: tensor.shape, dtype: tensor.dtype, values });
  }
  const message = replace(value, (found) => parcels.get(found));
  if (ownBuffer !== undefined) tf.dispose([...tensors]);
  return { message, transfer };
}

/** Creates the tensors from their messages. */
export function unpack(message: unknown): unknown {
  return replace(message, (found) => (isParcel(found) ? tensorOf(found) : undefined));
}

function isParcel(value: unknown): value is Parcel {
  return (value as Partial<Parcel> | null | undefined)?.parcelOf === "tensor";
}

function tensorOf({ shape, dtype, values }: Parcel): tf.Tensor {
  if (dtype !== "complex64") return tf.tensor(values as TypedArray, [...shape], dtype);
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  return tf.tidy(() => tf.complex(tf.tensor(real, [...shape]), tf.tensor(imag, [...shape])));
}

function replace(value: unknown, by: (found: unknown) => unknown): unknown {
  const replaced = by(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => replace(item, by));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, by)]));
}
