import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { useBackend } from "@bertkit/backend";
import { dispose, freeze, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";

import { type Bert, bertInputs, bertSizes, createBert } from "./index.ts";

const config = {
  ...bertSizes.tiny,
  vocabularySize: 11,
  hiddenSize: 8,
  hiddenLayers: 3,
  attentionHeads: 2,
  intermediateSize: 16,
  maxPositionEmbeddings: 6,
  hiddenDropout: 0.2,
  attentionDropout: 0.3,
};

const batch = {
  inputIds: Int32Array.of(1, 5, 2, 0, 1, 6, 7, 2),
  attentionMask: Int32Array.of(1, 1, 1, 0, 1, 1, 1, 1),
  tokenTypeIds: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1),
  shape: [2, 4] as const,
};

/** Loss, gradients by path, and the generator's final state, which shows how many numbers were drawn. */
function train(bert: Bert, training = true): { loss: Float32Array; gradients: Map<string, number[]>; state: unknown } {
  return tf.tidy(() => {
    const rng = new Rng(7);
    const all = [...variables(bert)].filter(([, variable]) => variable.trainable);
    const { value, grads } = tf.variableGrads(
      () => {
        const out = bert.forward(bertInputs(batch), { training, rng });
        return tf.add(tf.sum(tf.square(out.sequenceOutput)), tf.sum(out.pooledOutput!)) as tf.Scalar;
      },
      all.map(([, variable]) => variable),
    );
    const gradients = new Map(all.map(([path, { name }]) => [path, Array.from(grads[name]!.dataSync())]));
    return { loss: value.dataSync() as Float32Array, gradients, state: rng.state() } as never;
  });
}

describe.each(["cpu", "node"] as const)("checkpoint on %s", (backend) => {
  it.each([
    ["with dropout", true],
    ["without dropout", false],
  ])("gives the same loss and gradients, %s", async (_, training) => {
    await useBackend(backend);
    const bert = createBert({ ...config, initializerRange: 0.3 }, new Rng(0));
    freeze(bert, (path) => path.startsWith("layers.1.attention.query."));
    const plain = train(bert, training);
    bert.checkpoint = true;
    const before = tf.memory().numTensors;
    const recomputed = train(bert, training);
    expect(tf.memory().numTensors).toBe(before);
    expect(recomputed.state).toEqual(plain.state);
    if (backend === "cpu") expect(recomputed).toEqual(plain);
    else {
      for (const [path, gradient] of plain.gradients)
        expect(recomputed.gradients.get(path), path).toBeAllClose(gradient, { absolute: 1e-6, relative: 1e-5 });
    }
    dispose(bert);
  });
});

describe("checkpoint", () => {
  afterAll(() => tf.setBackend("cpu"));

  it("still returns the requested attentions", async () => {
    await useBackend("cpu");
    const bert = createBert(config, new Rng(0), { checkpoint: true });
    const out = bert.forward(bertInputs(batch), { training: false, rng: new Rng(0) }, { attentions: true });
    expect(out.attentions).toHaveLength(3);
    dispose(bert);
  });

  it(
    "needs less memory: twelve layers on the Node backend, each run in its own process",
    { timeout: 300_000 },
    async () => {
      const program = fileURLToPath(new URL("./__fixtures__/checkpoint-memory.ts", import.meta.url));
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
      const peak = async (checkpoint: boolean): Promise<number> => {
        const args = ["--import", tsx, program, String(checkpoint)];
        const { stdout } = await promisify(execFile)(process.execPath, args);
        return Number(/[\d.]+\s*$/.exec(stdout)![0]);
      };
      const [plain, checkpointed] = [await peak(false), await peak(true)];
      expect(checkpointed).toBeLessThan(0.7 * plain);
    },
  );
});
