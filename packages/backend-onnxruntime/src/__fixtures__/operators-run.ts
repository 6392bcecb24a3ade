import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach } from "vitest";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Executor } from "../run/executor.ts";
import { registerOnnxRuntime } from "../index.ts";

/**
 * Gives each test of a file a new backend that writes ONNX Runtime profiles. Returns a function that lists the
 * operators that ran since its last call, one name per run.
 */
export function profilingOperators(): () => string[] {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-operators-"));
  beforeEach(async () => {
    registerOnnxRuntime({ profile: join(folder, "run") });
    await tf.setBackend("onnxruntime");
  });
  afterAll(() => {
    registerOnnxRuntime();
    rmSync(folder, { recursive: true });
  });
  return () => {
    ((tf.backend() as OnnxRuntimeBackend).executor as Executor).endProfiling();
    return readdirSync(folder).flatMap((file) => {
      const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as { args: { op_name?: string } }[];
      rmSync(join(folder, file));
      return events.flatMap(({ args }) => args.op_name ?? []);
    });
  };
}
