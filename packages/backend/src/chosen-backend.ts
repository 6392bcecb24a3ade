import * as tf from "@tensorflow/tfjs-core";
import type { BackendName } from "./backend-name.ts";
import type { BackendOptions } from "./backend-options.ts";

/** A call of `useBackend`, with the name that "auto" found. */
export interface ChosenBackend {
  readonly name: BackendName;
  readonly options: BackendOptions;
}

let last: { readonly choice: ChosenBackend; readonly registeredAs: string } | undefined;

/** Remembers a call that has succeeded. */
export function rememberChoice(choice: ChosenBackend, registeredAs: string): void {
  last = { choice, registeredAs };
}

/**
 * The call of `useBackend` that selected the backend in use, to select the same one in a worker; undefined if it was
 * selected in another way, such as `tf.setBackend`.
 */
export function chosenBackend(): ChosenBackend | undefined {
  return last !== undefined && last.registeredAs === tf.getBackend() ? last.choice : undefined;
}
