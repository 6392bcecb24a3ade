import { expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import { dispose, Rng, variables } from "@bertkit/nn";
import { bertSizes, createBert } from "@bertkit/encoder";
import { adamW, muon, optimizerByPath } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

/** A small encoder after five updates from drawn gradients, Muon for the layers' kernels and AdamW for the rest. */
async function trained(backend: "cpu" | "node"): Promise<Map<string, Float32Array>> {
  await useBackend(backend);
  const config = { ...bertSizes.tiny, vocabularySize: 20, hiddenSize: 16, attentionHeads: 2, intermediateSize: 32 };
  const encoder = createBert(config, new Rng(0));
  const optimizer = optimizerByPath([
    { optimizer: muon(), updates: (path) => /^layers\..*\.kernel$/.test(path) },
    { optimizer: adamW({ learningRate: 0.01 }) },
  ]);
  const own = variables(encoder);
  const rng = new Rng(1);
  for (let step = 0; step < 5; step++) {
    tf.tidy(() => {
      const draw = (size: number) => Float32Array.from({ length: size }, () => rng.normal());
      optimizer.update(
        own,
        new Map(Array.from(own, ([path, { shape, size }]) => [path, tf.tensor(draw(size), shape)])),
      );
    });
  }
  const values = new Map(Array.from(own, ([path, variable]) => [path, Float32Array.from(variable.dataSync())]));
  optimizer.dispose();
  dispose(encoder);
  return values;
}

it("Muon beside AdamW gives the same weights on the Node backend as on the CPU's", async () => {
  const expected = await trained("cpu");
  const received = await trained("node");
  for (const [path, values] of expected) expect(received.get(path), path).toBeAllClose(values, { absolute: 1e-4 });
  expect(expected.size).toBeGreaterThan(30);
});
