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

/** A constant's number that depends on the dynamic axes: a size, or one over it. */
export interface SizedNumber {
  readonly size: SizeExpression;
  readonly reciprocal: boolean;
}

/** What the traces had as a constant of different content: few numbers of a fixed shape, or equal steps of any. */
export type SizedConstant = { readonly type: OnnxType; readonly shape: SizedShape } & (
  | { readonly elements: readonly SizedNumber[] }
  | { readonly start: SizedNumber; readonly step: SizeExpression }
);

/** A constant, and whether it is memory that lived before the trace: a weight. */
export interface ExportConstant extends OnnxConstant {
  readonly weight: boolean;
}

/** A function at any sizes of its dynamic axes. Passes take one and give another. */
export interface ExportGraph {
  readonly nodes: readonly ExportNode[];
  readonly constants: ReadonlyMap<string, ExportConstant>;
  readonly sized: ReadonlyMap<string, SizedConstant>;
  /** The shapes of values, where known. */
  readonly shapes: ReadonlyMap<string, SizedShape>;
  readonly inputs: readonly OnnxValue[];
  /** Where the outputs' numbers are, and what they are to be called. */
  readonly outputs: readonly { readonly value: string; readonly declared: OnnxValue }[];
  /** Names for new values. */
  readonly fresh: () => string;
}
