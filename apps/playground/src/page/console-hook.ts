import * as tf from "@tensorflow/tfjs-core";

import type { Panel } from "./panel.ts";
import type { Queue } from "./queue.ts";
import type { Task } from "./task.ts";

/** The `playground` object in the browser's console. Tests use it too. */
export interface ConsoleHook {
  /** The name of the TensorFlow.js backend. */
  backend(): string;
  /** Logits of the model loaded in the task's panel: [masks][vocabulary] or [1][labels]. */
  logits(task: Task["id"], text: string): Promise<number[][]>;
  /** Number of live tensors. Calls must not add any. */
  tensors(): number;
  /** A TensorFlow.js flag; set flags in the address: `?tfjsflags=WEBGPU_CPU_FORWARD:false`. */
  flag(name: string): unknown;
}

declare global {
  interface Window {
    playground?: ConsoleHook;
  }
}

export function consoleHook(panels: readonly Panel[], queue: Queue): ConsoleHook {
  return {
    backend: () => tf.getBackend(),
    logits: (id, text) =>
      queue.run(async () => {
        const panel = panels.find(({ task }) => task.id === id);
        if (!panel) throw new RangeError(`playground.logits: no task "${id}". Use fill-mask or classification.`);
        if (!panel.model) throw new Error(`playground.logits: no model is loaded for ${id}. The page says why.`);
        return panel.task.logits(panel.model, text);
      }),
    tensors: () => tf.memory().numTensors,
    flag: (name) => tf.env().get(name),
  };
}
