import { writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { boot } from "jasmine-core";
import { registeredName, testName } from "./test-name.ts";

/** The result of one test. */
export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  /** The first line of the first failed expectation. */
  readonly message: string;
}

export interface SuiteReport {
  readonly tests: readonly TestResult[];
  readonly milliseconds: number;
  /** Number of calls of each kernel that ran in JavaScript; only for our backend. */
  readonly fallbacks: Readonly<Record<string, number>>;
}

interface Counting {
  stats?(): { fallbacks: Record<string, number> };
}

/** Runs the described tests in order, and writes the report to the file of the third argument. */
export async function runJasmine(): Promise<void> {
  const [name, , reportFile] = process.argv.slice(2) as [string, string, string];
  const start = performance.now();
  const tests: TestResult[] = [];
  const fallbacks = countFallbacks(registeredName(name));
  const environment = boot().getEnv();
  environment.configure({ random: false });
  environment.clearReporters();
  environment.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      if (status !== "passed" && status !== "failed") return;
      const message = failedExpectations[0]?.message.split("\n")[0] ?? "";
      tests.push({ name: testName(fullName), passed: status === "passed", message });
    },
    // Failures in beforeAll or afterAll.
    suiteDone: ({ fullName, failedExpectations }) => {
      for (const { message } of failedExpectations)
        tests.push({ name: `${testName(fullName)} (around its tests)`, passed: false, message });
    },
  });
  await environment.execute();
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
