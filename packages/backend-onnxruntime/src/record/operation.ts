import type { GraphBuilder } from "../onnx/graph-builder.ts";
import type { TensorType } from "./types.ts";

/** The types of attributes. Tensors are excluded, so that a remembered kernel keeps no memory alive. */
export type Plain = string | number | boolean | undefined | readonly Plain[] | { readonly [name: string]: Plain };

export type KernelAttributes = { readonly [name: string]: Plain };

/**
 * What may become constants of the graph in a kernel's call: attributes and types. Two calls with equal ones are the
 * same computation.
 */
export interface KernelSpec<Attributes extends KernelAttributes = KernelAttributes> {
  readonly attributes: Attributes;
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
}

/** Writes the ONNX nodes of one recorded kernel, from the named inputs to the named outputs. */
export type Emit<Attributes extends KernelAttributes = KernelAttributes> = (
  graph: GraphBuilder,
  inputs: readonly string[],
  outputs: readonly string[],
  spec: KernelSpec<Attributes>,
) => void;

/** A kind of recorded kernel. Define it in a module, never inside a call, so that its closure has no tensors. */
export interface Operation<Attributes extends KernelAttributes = KernelAttributes> {
  /** Unique: with the attributes, it identifies the computation. */
  readonly name: string;
  // A method, so that an operation with more specific attributes is still an `Operation` (bivariance).
  emit(graph: GraphBuilder, inputs: readonly string[], outputs: readonly string[], spec: KernelSpec<Attributes>): void;
  /**
   * Whether it also works if inputs and outputs have other leading axes, such as [tokens, size] for [batch, tokens,
   * size]: it depends only on the last axis.
   */
  readonly anyShape: boolean;
}

export function operation<Attributes extends KernelAttributes>(
  name: string,
  emit: Emit<Attributes>,
): Operation<Attributes> {
  return { name, emit, anyShape: false };
}

export function anyShapeOperation<Attributes extends KernelAttributes>(
  name: string,
  emit: Emit<Attributes>,
): Operation<Attributes> {
  return { name, emit, anyShape: true };
}

/** For kernels that have no attributes. */
export const noAttributes: Readonly<Record<never, never>> = Object.freeze({});

/** The operation with its attributes as text, such as "Transpose 0,2,1,3". */
export function kernelKey(name: string, attributes: KernelAttributes): string {
  let key = name;
  for (const attribute in attributes) key += ` ${textOf(attributes[attribute])}`;
  return key;
}

function textOf(value: Plain): string {
  if (typeof value !== "object") return String(value);
  if (!Array.isArray(value)) return `{${Object.values(value).map(textOf).join(";")}}`;
  return typeof value[0] === "object" ? `[${value.map(textOf).join(";")}]` : value.join();
}

/** A copy that no other code can change. */
export function frozenCopy<Value extends Plain | KernelAttributes>(value: Value): Value {
  if (typeof value !== "object") return value;
  const copy = Array.isArray(value)
    ? value.map((item: Plain) => frozenCopy(item))
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, frozenCopy(item)]));
  return Object.freeze(copy) as Value;
}
