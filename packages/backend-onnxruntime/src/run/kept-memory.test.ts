import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { registerOnnxRuntime } from "../register.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** MiB of all reachable typed arrays. */
async function keptMegabytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10)); // arrays are freed in between
  }
  return process.memoryUsage().arrayBuffers / 2 ** 20;
}

const numbers = (rows: number): tf.Tensor2D => tf.tensor2d(new Float32Array(rows * 256).fill(0.5), [rows, 256]);

/** Reads a tidy's result after the tidy, so that its inputs are disposed before anything has run. */
function readLater(fn: () => tf.Tensor): void {
  const result = tf.tidy(fn);
  result.dataSync();
  result.dispose();
}

const work: Record<string, (rows: number) => void> = {
  "a tidy": (rows) => readLater(() => tf.sum(tf.softmax(tf.mul(tf.transpose(numbers(rows)), 2)))),
  "a gradient through products, slices and a gather": (rows) => {
    const loss = (x: tf.Tensor): tf.Scalar => {
      const part = tf.slice(x, [1, 0], [rows - 1, 256]);
      const padded = tf.pad(part, [
        [0, 1],
        [0, 0],
      ]);
      const picked = tf.gather(padded, tf.range(0, rows, 1, "int32"));
      return tf.mean(tf.square(tf.matMul(picked, x, true, false)));
    };
    readLater(() => tf.sum(tf.grad(loss)(numbers(rows))));
  },
  "a tensor that was broadcast": (rows) => {
    const repeated = tf.tidy(() => tf.mul(tf.sum(numbers(rows), 1, true), tf.ones([rows, 4])));
    repeated.dataSync();
    living.push(repeated);
  },
  "a run that failed": (rows) => {
    const beyond = tf.tidy(() => {
      const ids = tf.cast(tf.fill([2], rows + 7), "int32");
      return tf.gather(numbers(rows), ids);
    });
    expect(() => beyond.dataSync()).toThrow("ONNX Runtime could not run");
    living.push(beyond);
  },
};
const living: tf.Tensor[] = [];

describe("memory that a run no longer needs", () => {
  beforeAll(async () => {
    registerOnnxRuntime({ cachedGraphs: 2 });
    await tf.setBackend("onnxruntime");
  });

  it.each(Object.entries(work))("is freed after %s over 24 shapes", async (_, once) => {
    once(1000);
    (tf.backend() as OnnxRuntimeBackend).executor.pool.clear();
    const before = await keptMegabytes();
    for (let rows = 1001; rows <= 1024; rows++) once(rows); // a megabyte each
    expect(tf.memory().numTensors).toBe(living.length);
    (tf.backend() as OnnxRuntimeBackend).executor.pool.clear();
    const kept = (await keptMegabytes()) - before;
    expect(kept).toBeLessThan(3);
    tf.dispose(living.splice(0));
  });

  it("the recorder keeps the signatures of compiled graphs, and a limited number of others", () => {
    const { recorder } = (tf.backend() as OnnxRuntimeBackend).executor;
    for (let rows = 1; rows <= 2000; rows++) {
      tf.tidy(() => tf.neg(tf.add(tf.ones([rows]), 1))); // recorded, but not run
      if (rows % 500 === 0) tf.tidy(() => tf.add(numbers(2), 1).dataSync());
    }
    expect(recorder.size).toBeLessThan(4096 + 100);
  });
});
