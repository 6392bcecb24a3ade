import type { Exception } from "./exceptions.ts";
import type { TestResult } from "./results.ts";

export interface Verdict {
  readonly passed: number;
  /** Tests that failed and are not listed. */
  readonly failed: readonly TestResult[];
  /** Listed tests that failed. */
  readonly excluded: readonly TestResult[];
  /** Exceptions whose test passed or does not exist: the list is outdated. */
  readonly stale: readonly Exception[];
}

/** Compares the results with the list of exceptions. Tests with the same name count as one exception. */
export function judge(tests: readonly TestResult[], exceptions: readonly Exception[]): Verdict {
  const listed = new Set(exceptions.map(({ name }) => name));
  const failures = tests.filter(({ passed }) => !passed);
  const failing = new Set(failures.map(({ name }) => name));
  return {
    passed: tests.length - failures.length,
    failed: failures.filter(({ name }) => !listed.has(name)),
    excluded: failures.filter(({ name }) => listed.has(name)),
    stale: exceptions.filter(({ name }) => !failing.has(name)),
  };
}

/**
 * The failures of tests whose name never fails in the other results; tfjs uses some names twice.
 * @param other a run of the same suite; names that are only in one of the two count as not failing there
 */
export function onlyFailing(tests: readonly TestResult[], other: readonly TestResult[]): TestResult[] {
  const failing = new Set(other.filter(({ passed }) => !passed).map(({ name }) => name));
  const found = new Map<string, TestResult>();
  for (const test of tests) if (!test.passed && !failing.has(test.name)) found.set(test.name, test);
  return [...found.values()];
}
