import { constantOf } from "../sizes/size-expression.ts";
import type { ExportConstant, ExportGraph, ExportNode } from "../export-graph.ts";

type Content = Omit<ExportConstant, "name">;
type Fold = (inputs: readonly ExportConstant[], node: ExportNode, graph: ExportGraph) => Content | undefined;

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
const typeNames: Readonly<Record<number, keyof typeof arrays>> = { 1: "float32", 6: "int32", 9: "bool" };

/** Longer results stay nodes, so that folding does not make the file larger. */
const maxElements = 4096;

/**
 * Folds operators that move or create values and whose inputs are constants; a weight's reshape costs no memory.
 * Arithmetic on constants is left to the runtime, which folds it when it loads the model.
 */
export function foldConstants(graph: ExportGraph): ExportGraph {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const inputs = node.inputs.map((name) => constants.get(name));
    const fold = node.domain === "" ? folds[node.op] : undefined;
    if (fold === undefined || inputs.includes(undefined)) return true;
    const content = fold(inputs as ExportConstant[], node, graph);
    if (content === undefined) return true;
    const [name] = node.outputs as [string];
    constants.set(name, { name, ...content });
    return false;
  });
  return { ...graph, nodes, constants };
}

const folds: Readonly<Record<string, Fold>> = {
  Reshape: ([x], node, graph) => {
    const shape = graph.shapes.get(node.outputs[0]!)?.map(constantOf);
    return shape === undefined || shape.includes(undefined) ? undefined : { ...x!, shape: shape as number[] };
  },
  Unsqueeze: ([x, axes]) => {
    if (numbersOf(axes!).join() !== "-1") return undefined;
    return { ...x!, shape: [...x!.shape, 1] };
  },
  Squeeze: ([x]) => (x!.shape.join() === "1" ? { ...x!, shape: [] } : undefined),
  Cast: ([x], { attributes }) => {
    const type = typeNames[attributes["to"] as number];
    if (type === undefined || elements(x!) > maxElements) return undefined;
    const numbers = numbersOf(x!).map((value) =>
      type === "bool" ? Number(value !== 0) : type === "int32" ? Math.trunc(value) : value,
    );
    return content(type, x!.shape, numbers);
  },
  Range: (inputs) => {
    const [start, limit, step] = inputs.map((input) => numbersOf(input)[0]!) as [number, number, number];
    const count = Math.max(0, Math.ceil((limit - start) / step));
    const { type } = inputs[0]!;
    if (count > maxElements || type === "int64") return undefined;
    return content(
      type as keyof typeof arrays,
      [count],
      Array.from({ length: count }, (_, i) => start + i * step),
    );
  },
};

function content(type: keyof typeof arrays, shape: readonly number[], numbers: readonly number[]): Content {
  return { type, shape, bytes: new Uint8Array(arrays[type].from(numbers).buffer), weight: false };
}

function elements({ shape }: Content): number {
  return shape.reduce((product, size) => product * size, 1);
}

function numbersOf({ type, bytes }: Content): number[] {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === "int64") return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
  const kind = arrays[type as keyof typeof arrays];
  return Array.from(new kind(buffer as ArrayBuffer, byteOffset, byteLength / kind.BYTES_PER_ELEMENT));
}
