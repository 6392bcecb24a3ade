// One process: two training steps' gradients on the Node backend, with or without checkpointing; prints the peak memory in MB.
// usage: checkpoint-memory.ts true|false
import { useBackend } from "@bertkit/backend";
import { Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { bertInputs, bertSizes, createBert } from "../index.ts";

await useBackend("node");
const checkpoint = process.argv[2] === "true";
const size = { ...bertSizes.tiny, hiddenLayers: 12, vocabularySize: 100 };
const encoder = createBert(size, new Rng(0), { checkpoint });
const shape = [32, 128] as const;
const inputIds = Int32Array.from({ length: 32 * 128 }, (_, i) => i % 100);
const ones = new Int32Array(32 * 128).fill(1);
const batch = { inputIds, attentionMask: ones, tokenTypeIds: new Int32Array(32 * 128), shape };
for (let step = 0; step < 2; step++) {
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const { sequenceOutput } = encoder.forward(bertInputs(batch), { training: true, rng: new Rng(step) });
      return tf.mean(tf.square(sequenceOutput));
    }, [...variables(encoder.layers).values()]);
    for (const gradient of Object.values(grads)) gradient.dataSync();
  });
}
console.log(process.resourceUsage().maxRSS / 1024);
