import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import type { OnnxGraph, OnnxValue } from "../onnx/model.ts";
import { cpuRuntimes, useCpuForGraphsOfWebgpu } from "./__fixtures__/graphs-of-webgpu.ts";
import { transformer } from "./__fixtures__/transformer.ts";
import { float16Graph } from "./float16-graph.ts";

const value = (name: string, type: OnnxValue["type"] = "float32"): OnnxValue => ({ name, type, shape: [2, 2] });

/** The graph that `write` adds to, in float16. `w` is a weight in float16, `x` is float32, and `y` is the result. */
function rewritten(write: (graph: GraphBuilder) => void, allowed = true): OnnxGraph {
  const graph = new GraphBuilder();
  write(graph);
  const { nodes, constants } = graph;
  const inputs = [value("x"), value("w", "float16")];
  return float16Graph({ nodes, constants, inputs, outputs: [value("y")] }, new Set(allowed ? nodes : []));
}

/** The operators in order; a cast with its target. */
function operators({ nodes }: OnnxGraph): string {
  const casts: Record<number, string> = { 1: "full", 10: "half" };
  return nodes.map(({ op, attributes: { to } }) => casts[to as number] ?? op).join(" ");
}

describe("a graph in float16", () => {
  it("has products and what follows them in float16, and its result in float32", () => {
    const graph = rewritten((g) => {
      const sum = g.op("Add", [g.op("MatMul", ["x", "w"]), "w"]);
      g.op("MatMul", [g.op("Gelu", [sum]), "w"], {}, "y");
    });
    expect(operators(graph)).toBe("half MatMul Add Gelu MatMul full");
    expect(graph.outputs).toEqual([value("y")]);
  });

  it("has what meets float32 in float32", () => {
    const graph = rewritten((g) => void g.op("Add", [g.op("MatMul", ["x", "w"]), "x"], {}, "y"));
    expect(operators(graph)).toBe("half MatMul full Add");
  });

  it.each(["Softmax", "Exp", "ReduceSum", "LayerNormalization"] as const)("computes %s in float32", (op) => {
    const graph = rewritten((g) => void g.op("MatMul", [g.op(op, [g.op("MatMul", ["x", "w"])]), "w"], {}, "y"));
    expect(operators(graph)).toBe(`half MatMul full ${op} half MatMul full`);
  });

  it("moves weights in float16, but computes with them in float32", () => {
    const moved = rewritten((g) => void g.op("Add", [g.op("Gather", ["w", g.int32(0)]), "w"], {}, "y"));
    expect(operators(moved)).toBe("Gather full full Add");
  });

  it.each([
    [0.5, "half MatMul Mul full"],
    [0, "half MatMul Mul full"],
    [-1e9, "half MatMul full Mul"], // larger than float16's
    [-3.4e38, "half MatMul full Mul"],
    [1e-6, "half MatMul full Mul"], // with fewer digits in float16
  ])("has a product with the constant %s as: half MatMul …", (constant, expected) => {
    const graph = rewritten((g) => void g.op("Mul", [g.op("MatMul", ["x", "w"]), g.float(constant)], {}, "y"));
    expect(operators(graph)).toBe(expected);
    expect(graph.constants.map(({ type }) => type)).toEqual([expected.endsWith("full") ? "float16" : "float32"]);
  });

  it("converts a value once, and keeps other types", () => {
    const graph = rewritten((g) => {
      const count = g.castTo(g.op("Greater", [g.op("MatMul", ["x", "w"]), "x"]), "int32");
      g.op("Add", [g.op("MatMul", ["x", "x"]), g.castTo(g.op("Add", [count, g.int32(1)]), "float32")], {}, "y");
    });
    expect(operators(graph)).toBe("half MatMul full Greater Cast MatMul Add full full Add");
  });

  it("computes other nodes in float32", () => {
    const graph = rewritten((g) => void g.op("MatMul", ["x", "w"], {}, "y"), false);
    expect(operators(graph)).toBe("full MatMul");
  });
});

describe.each(cpuRuntimes)("float16 in graphs of WebGPU, on %s", (runtime) => {
  const computed = async (precision: "float32" | "float16", run: () => tf.Tensor): Promise<Float32Array> => {
    await useCpuForGraphsOfWebgpu(runtime, precision);
    return tf.tidy(run).dataSync<"float32">();
  };

  it("computes a transformer's layer to three digits", async () => {
    const outputs: Record<string, Float32Array[]> = {};
    for (const precision of ["float32", "float16"] as const) {
      await useCpuForGraphsOfWebgpu(runtime, precision);
      const { forward, variables } = transformer();
      // Also with its weights as constants, from the fourth run on.
      outputs[precision] = Array.from({ length: 5 }, () => tf.tidy(forward).dataSync<"float32">().slice());
      tf.dispose(variables as tf.Variable[]);
    }
    for (const [i, exact] of outputs["float32"]!.entries()) {
      const rounded = outputs["float16"]![i]!;
      const largest = Math.max(...exact.map(Math.abs));
      const difference = Math.max(...exact.map((number, place) => Math.abs(number - rounded[place]!)));
      expect(difference / largest).toBeLessThan(3e-3);
      expect(difference / largest).toBeGreaterThan(1e-5); // float32 differs less
    }
  });

  it.each([-1e4, -1e9, -3.4e38, -Infinity])("masks scores by %s", async (masked) => {
    const probabilities = await computed("float16", () =>
      tf.softmax(tf.add(tf.matMul(tf.ones([2, 4]), tf.ones([4, 4])), tf.tensor2d([[0, masked, masked, 0]]))),
    );
    expect([...probabilities]).toEqual([0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5]);
  });

  it("masks all scores of a row", async () => {
    const probabilities = await computed("float16", () =>
      tf.softmax(tf.add(tf.matMul(tf.ones([1, 4]), tf.ones([4, 4])), tf.fill([1, 4], -3.4e38))),
    );
    expect([...probabilities]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("adds up many terms in float32", async () => {
    const numbers = () => tf.matMul(tf.fill([1, 70_001], 1), tf.fill([70_001, 2], 1));
    expect([...(await computed("float16", numbers))]).toEqual([70_001, 70_001]);
    expect((await computed("float16", () => tf.sum(tf.fill([70_001], 1))))[0]).toBe(70_001);
  });
});
