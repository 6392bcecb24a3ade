import { integersOf, shapeFromConstant, shapeOfValue } from "../sizes/constant-numbers.ts";
import type { ExportGraph, ExportNode, SizedShape } from "../export-graph.ts";
import { binaryOperators, outputShape, sameSizedShape, unaryOperators } from "../sizes/output-shape.ts";

/** A value that is a reshape of another; whether a Reshape node is needed is only known when it is used. */
interface View {
  readonly base: string;
  readonly shape: SizedShape;
}

/**
 * Moves reshapes past operators that do not depend on them, until they meet others and cancel out: a dense layer over
 * [batch · length, size] becomes one over [batch, length, size]. The remaining ones become nodes, whose shapes
 * `writeSizes` sets.
 */
export function liftReshapes(graph: ExportGraph): ExportGraph {
  const shapes = new Map(graph.shapes);
  const known = { ...graph, shapes };
  const shapeOf = (name: string): SizedShape | undefined => shapeOfValue(known, name);
  const used = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)]);
  const nodes: ExportNode[] = [];
  const views = new Map<string, View>();
  const reshaped = new Map<string, string>();

  /** The name of the value with its own shape: adds a Reshape if it is a view with another. */
  const shaped = (name: string): string => {
    const view = views.get(name);
    if (view === undefined) return name;
    const from = shapeOf(view.base);
    if (from !== undefined && sameSizedShape(from, view.shape)) return view.base;
    const key = `${view.base} ${view.shape.map(({ key }) => key).join()}`;
    let output = reshaped.get(key);
    if (output === undefined) {
      output = graph.fresh();
      nodes.push(reshapeNode(view.base, output));
      shapes.set(output, view.shape);
      reshaped.set(key, output);
    }
    return output;
  };

  for (const node of graph.nodes) {
    const [first, second] = node.inputs;
    const target = node.op === "Reshape" ? (shapeOf(node.outputs[0]!) ?? shapeFromConstant(graph, second!)) : undefined;
    if (target !== undefined) {
      views.set(node.outputs[0]!, { base: views.get(first!)?.base ?? first!, shape: target });
      shapes.set(node.outputs[0]!, target);
      continue;
    }
    const shape = outputShape(node, node.inputs.map(shapeOf), integersOf(graph, second));
    if (shape !== undefined) shapes.set(node.outputs[0]!, shape);
    const operands = shape && !node.outputs.slice(1).some((name) => used.has(name)) ? lifted(node) : undefined;
    const natural = operands && outputShape(node, operands.map(shapeOf), integersOf(graph, second));
    if (operands === undefined || natural === undefined) {
      nodes.push({ ...node, inputs: node.inputs.map(shaped) });
      continue;
    }
    const output = graph.fresh();
    const attributes = node.op === "Softmax" ? { axis: -1 } : node.attributes;
    nodes.push({ ...node, attributes, inputs: operands, outputs: [output, ...node.outputs.slice(1)] });
    shapes.set(output, natural);
    views.set(node.outputs[0]!, { base: output, shape: shape! });
  }
  const outputs = graph.outputs.map((output) => ({ ...output, value: shaped(output.value) }));
  return { ...known, nodes, outputs };

  /**
   * The node's inputs, with the reshape of one of them, or the equal reshapes of both, moved after the node; undefined
   * if the node depends on it.
   */
  function lifted(node: ExportNode): string[] | undefined {
    for (const [i, name] of node.inputs.entries()) {
      const view = views.get(name);
      const base = view && shapeOf(view.base);
      if (view === undefined || base === undefined || sameSizedShape(base, view.shape)) continue;
      const others = node.inputs.filter((_, other) => other !== i);
      const alike = others.every((other) => {
        const otherView = views.get(other);
        const otherBase = otherView && shapeOf(otherView.base);
        return otherBase && sameSizedShape(otherView.shape, view.shape) && sameSizedShape(otherBase, base);
      });
      if (binaryOperators.has(node.op) && alike) return node.inputs.map((other) => views.get(other)!.base);
      if (dependsOnlyOn(node, i, commonEnd(base, view.shape)))
        return node.inputs.map((other, k) => (k === i ? view.base : shaped(other)));
    }
    return undefined;
  }

  /** Whether the node depends only on the last axes of its input `i`, this many, and treats the others as rows. */
  function dependsOnlyOn(node: ExportNode, i: number, axes: number): boolean {
    if (unaryOperators.has(node.op)) return true;
    const rank = shapeOf(node.inputs[i]!)!.length;
    const other = shapeOf(node.inputs[1 - i] ?? "");
    if (binaryOperators.has(node.op)) return node.inputs.length === 2 && other !== undefined && other.length <= axes;
    if (node.op === "MatMul") return i === 0 && axes > 0 && other?.length === 2;
    if (node.op === "Gather") return i === 1 && node.attributes["axis"] === 0;
    if (node.op === "Unsqueeze") return i === 0;
    const axis = node.attributes["axis"] as number;
    if (node.op === "LayerNormalization") return i === 0 && axes > 0 && axis === -1;
    return node.op === "Softmax" && axes > 0 && (axis === -1 || axis === rank - 1);
  }
}

/** A reshape to the known shape of its output. */
function reshapeNode(input: string, output: string): ExportNode {
  return { op: "Reshape", domain: "", inputs: [input], outputs: [output], attributes: {}, kernel: "Reshape" };
}

/** How many trailing axes two shapes have in common. */
function commonEnd(a: SizedShape, b: SizedShape): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count)!.key === b.at(-1 - count)!.key) count++;
  return count;
}
