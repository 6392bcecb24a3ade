import type { ExportConstant, ExportGraph, SizedShape } from "../export-graph.ts";
import { constantSize } from "./size-expression.ts";

/** The values of an int64 constant, such as axes. */
export function integersOf(graph: Pick<ExportGraph, "constants">, name: string | undefined): number[] | undefined {
  const constant = name === undefined ? undefined : graph.constants.get(name);
  if (constant?.type !== "int64") return undefined;
  const { buffer, byteOffset, byteLength } = constant.bytes;
  return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
}

export function integerConstant(name: string, values: readonly number[]): ExportConstant {
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, type: "int64", shape: [values.length], bytes, weight: false };
}

export function floatConstant(name: string, value: number): ExportConstant {
  return { name, type: "float32", shape: [], bytes: new Uint8Array(Float32Array.of(value).buffer), weight: false };
}

/** The shape of a value: known from the traces, or that of a constant. */
export function shapeOfValue(graph: ExportGraph, name: string): SizedShape | undefined {
  return graph.shapes.get(name) ?? graph.sized.get(name)?.shape ?? graph.constants.get(name)?.shape.map(constantSize);
}

/** The values of a constant that holds a shape. */
export function shapeFromConstant(graph: ExportGraph, name: string): SizedShape | undefined {
  const sized = graph.sized.get(name);
  if (sized !== undefined && "elements" in sized) return sized.elements.map(({ size }) => size);
  return integersOf(graph, name)?.map(constantSize);
}
