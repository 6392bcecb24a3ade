import { writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { boot } from "jasmine-core";
import { runDescribedTests, type SuiteReport } from "./results.ts";
import { registeredName } from "./test-name.ts";

interface Counting {
  stats?(): { fallbacks: Record<string, number> };
}

/** Runs the described tests in order, and writes the report to the file of the third argument. */
export async function runJasmine(): Promise<void> {
  const [name, , reportFile] = process.argv.slice(2) as [string, string, string];
  const start = performance.now();
  const fallbacks = countFallbacks(registeredName(name));
  const tests = await runDescribedTests(boot().getEnv());
  const report: SuiteReport = { tests, milliseconds: performance.now() - start, fallbacks: fallbacks() };
  writeFileSync(reportFile, JSON.stringify(report));
}

/** The suite creates and disposes a backend for every group: collects the counts of each when it is disposed. */
function countFallbacks(backendName: string): () => Record<string, number> {
  const sum: Record<string, number> = {};
  const factory = tf.findBackendFactory(backendName)!;
  tf.removeBackend(backendName);
  const counting = (backend: tf.KernelBackend & Counting): tf.KernelBackend => {
    const dispose = backend.dispose.bind(backend);
    backend.dispose = () => {
      for (const [name, count] of Object.entries(backend.stats?.().fallbacks ?? {}))
        sum[name] = (sum[name] ?? 0) + count;
      dispose();
    };
    return backend;
  };
  // Tests of the cpu backend select it synchronously, so its factory must stay synchronous.
  tf.registerBackend(backendName, () => {
    const made = factory();
    return made instanceof Promise ? made.then(counting) : counting(made as tf.KernelBackend);
  });
  return () => sum;
}
