import * as tf from "@tensorflow/tfjs-core";
import type { Candidate, EngineChoice } from "../candidate.ts";

const choice: EngineChoice = { engine: "tfjs", reason: "The cpu backend is TensorFlow.js's plain JavaScript." };

/** Plain JavaScript: runs everywhere, slowly. */
export const cpu: Candidate = {
  name: "cpu",
  fix: "@tensorflow/tfjs-backend-cpu loads but does not start: another copy of @tensorflow/tfjs-core may be installed, see `npm ls @tensorflow/tfjs-core`.",
  engine: () => choice,
  prepare: async () => {
    if (tf.findBackendFactory("cpu") === null) await import("@tensorflow/tfjs-backend-cpu");
    // Its first use in Node prints the advice to install tfjs-node, whose place the backend "node" has here.
    const backend = tf.findBackend("cpu") as { firstUse?: boolean } | null;
    if (backend !== null) backend.firstUse = false;
    return { ...choice, registeredAs: "cpu" };
  },
};
