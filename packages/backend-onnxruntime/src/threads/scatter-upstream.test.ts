// ONNX Runtime's own ScatterND, which this backend avoids (decisions/0012). This test fails when a version of it is
// exact.
import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { NativeSession, stopName } from "../native/native-session.ts";
import { serializeModel } from "../onnx/model.ts";

const [count, width, places, different] = [4096, 128, 8192, 50] as const;
const maxRuns = 2000;

/** Whether one of many runs on two threads loses an addition: rows of ones, so that the loss is a whole number. */
function losesAdditions(): boolean {
  const graph = new GraphBuilder();
  const float = (name: string, shape: number[]) => ({ name, type: "float32" as const, shape });
  const zeros = graph.op("Expand", [graph.float(0), graph.integers([places, width])]);
  const wide = graph.castTo("ids", "int64");
  graph.op("Cast", [graph.float(0)], { to: 16 }, stopName);
  const scatter = {
    op: "ScatterND",
    domain: "",
    inputs: [zeros, wide, "rows"],
    outputs: ["sums"],
    attributes: { reduction: "add" },
  };
  const model = serializeModel({
    nodes: [...graph.nodes, scatter],
    constants: graph.constants,
    inputs: [{ name: "ids", type: "int32", shape: [count, 1] }, float("rows", [count, width])],
    outputs: [{ name: stopName, type: "bfloat16", shape: [] }, float("sums", [places, width])],
  });
  const session = new NativeSession(model, { threads: 2, spinMicroseconds: 200 }, true);
  const sums = new Float32Array(places * width);
  const tensor = (type: "int32" | "float32", dims: number[], data: Int32Array | Float32Array) =>
    ({ type, dims, location: "cpu", data }) as const;
  const feeds = {
    ids: tensor(
      "int32",
      [count, 1],
      Int32Array.from({ length: count }, (_, i) => (i * 31) % different),
    ),
    rows: tensor("float32", [count, width], new Float32Array(count * width).fill(1)),
  };
  try {
    for (let run = 0; run < maxRuns; run++) {
      session.run(feeds, { [stopName]: null, sums: tensor("float32", [places, width], sums) });
      let total = 0;
      for (let place = 0; place < different * width; place++) total += sums[place]!;
      if (total !== count * width) return true;
    }
    return false;
  } finally {
    session.dispose();
  }
}

// On one core its threads rarely collide, so the test would prove nothing.
it.skipIf(availableParallelism() < 2)(
  `ScatterND loses additions between threads, at least once in ${maxRuns} runs`,
  () => {
    expect(
      losesAdditions(),
      "ONNX Runtime's ScatterND is exact now: it may replace ScatterElements in kernels/scatter.ts, see decisions/0012",
    ).toBe(true);
  },
  60_000,
);
