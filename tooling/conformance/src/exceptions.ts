/** A test that fails on this project's backend, by its full name without tfjs's environment, and why it may. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
}

/**
 * Every exception there is: a failure that is not listed here fails the run, and so does a listed test that passes.
 * The list is empty. Two tests of tfjs-core do not run at all, because it describes them only for a backend called
 * "cpu" ("Switching cpu backends"); packages/backend-onnxruntime/src/behaviour.test.ts does the same with two of ours.
 */
export const exceptions: readonly Exception[] = [];
