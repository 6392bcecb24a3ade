/** A test that may fail on our backend: its full name without tfjs's environment, and the reason. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
}

/**
 * All exceptions. An unlisted failure fails the run, and so does a listed test that passes. The list is empty. Two
 * tests of tfjs-core do not run at all, because they are only for a backend called "cpu" ("Switching cpu backends");
 * packages/backend-onnxruntime/src/behavior.test.ts has equivalent ones.
 */
export const exceptions: readonly Exception[] = [];
