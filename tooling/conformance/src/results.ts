import type { Environment } from "jasmine-core";
import { testName } from "./test-name.ts";

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
  /** Number of calls of each kernel that ran in JavaScript; only for our backend in Node. */
  readonly fallbacks: Readonly<Record<string, number>>;
}

/** Runs the described tests in order. */
export async function runDescribedTests(environment: Environment): Promise<TestResult[]> {
  const tests: TestResult[] = [];
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
  return tests;
}
