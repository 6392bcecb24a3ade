import type { Attribute, OnnxConstant, OnnxType, OnnxValue } from "../onnx/model.ts";
import type { SizeExpression } from "./sizes/size-expression.ts";

/** A shape whose lengths may depend on the dynamic axes. */
export type SizedShape = readonly SizeExpression[];

/** An operator, and the recorded kernel that it came from. */
export interface ExportNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly kernel: string;
}

/** A number in a constant that depends on the dynamic axes: a size, or one divided by it. */
export interface SizedNumber {
  readonly size: SizeExpression;
  readonly reciprocal: boolean;
}

/**
 * A constant whose values differ between traces: a few numbers of fixed shape, or equally spaced numbers of any length.
 */
export type SizedConstant = { readonly type: OnnxType; readonly shape: SizedShape } & (
  | { readonly elements: readonly SizedNumber[] }
  | { readonly start: SizedNumber; readonly step: SizeExpression }
);

/** A constant, and whether its memory existed before the trace, that is, whether it is a weight. */
export interface ExportConstant extends OnnxConstant {
  readonly weight: boolean;
}

/** A function at any sizes of its dynamic axes. Each pass takes a graph and returns another. */
export interface ExportGraph {
  readonly nodes: readonly ExportNode[];
  readonly constants: ReadonlyMap<string, ExportConstant>;
  readonly sized: ReadonlyMap<string, SizedConstant>;
  /** The shapes of values, where known. */
  readonly shapes: ReadonlyMap<string, SizedShape>;
  readonly inputs: readonly OnnxValue[];
  /** The values of the outputs, and their names. */
  readonly outputs: readonly { readonly value: string; readonly declared: OnnxValue }[];
  /** Generates names for new values. */
  readonly fresh: () => string;
}
