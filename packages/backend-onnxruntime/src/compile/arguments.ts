import * as tf from "@tensorflow/tfjs-core";

/**
 * The tensors among a call's arguments, and a key of everything else that distinguishes its graph from another call's.
 */
export interface CallArguments {
  /** By path: the argument's number, then keys, such as "0.inputIds". */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  readonly key: string;
}

/** A tensor's shape as written in the key. */
export type ShapeText = (place: string, shape: readonly number[]) => string;

/** @throws if `compile` does not accept an argument */
export function callArguments(
  inputs: readonly unknown[],
  shapeText: ShapeText = (_, shape) => shape.join(),
): CallArguments {
  const places = new Map<tf.Tensor, string>();
  const describe = (value: unknown, place: string): string => {
    if (value instanceof tf.Tensor) {
      const first = places.get(value);
      if (first !== undefined) return `#${first}`;
      places.set(value, place);
      return `${value.dtype} ${shapeText(place, value.shape)}`;
    }
    if (typeof value !== "object" || value === null) {
      if (typeof value !== "function" && typeof value !== "symbol") return `${typeof value} ${textOf(value)}`;
    } else if (Array.isArray(value)) return `[${value.map((item, i) => describe(item, `${place}.${i}`)).join()}]`;
    else if (isPlain(value))
      return `{${Object.entries(value)
        .map(([name, item]) => `${JSON.stringify(name)}:${describe(item, `${place}.${name}`)}`)
        .join()}}`;
    throw new TypeError(
      `compile: an argument must be made of tensors, plain objects, arrays, numbers, strings, booleans and undefined, got ${typeof value === "object" ? value!.constructor.name : typeof value}. Capture it in the function's closure instead.`,
    );
  };
  const key = inputs.map((input, i) => describe(input, String(i))).join(";");
  return { tensors: new Map([...places].map(([tensor, place]) => [place, tensor])), key };
}

/** Strings in quotes, so that one cannot look like several arguments. */
function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The same arguments with these tensors in place of their own. */
export function withTensors<Inputs extends readonly unknown[]>(
  inputs: Inputs,
  tensorOf: (tensor: tf.Tensor) => tf.Tensor,
): Inputs {
  const replace = (value: unknown): unknown => {
    if (value instanceof tf.Tensor) return tensorOf(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(replace);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item)]));
  };
  return inputs.map(replace) as unknown as Inputs;
}
