import type { Exception } from "./exceptions.ts";
import type { TestResult } from "./run-jasmine.ts";

export interface Verdict {
  readonly passed: number;
  /** Tests that failed and are not listed. */
  readonly failed: readonly TestResult[];
  /** Listed tests that failed, as they may. */
  readonly excluded: readonly TestResult[];
  /** Exceptions whose test passed, or does not exist: the list is then out of date. */
  readonly stale: readonly Exception[];
}

/** Holds the results against the list of exceptions. Tests that share a name are one exception together. */
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
