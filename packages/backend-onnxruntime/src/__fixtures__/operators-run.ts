import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Executor } from "../graph/executor.ts";

/** The operators that ONNX Runtime ran, one name a run of each, as its own profiles in the folder tell; empties it. */
export function operatorsRun(folder: string): string[] {
  ((tf.backend() as OnnxRuntimeBackend).executor as Executor).endProfiling();
  return readdirSync(folder).flatMap((file) => {
    const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as { args: { op_name?: string } }[];
    rmSync(join(folder, file));
    return events.flatMap(({ args }) => args.op_name ?? []);
  });
}
