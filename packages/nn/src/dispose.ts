import { variables } from "./variables.ts";

/** Frees every variable of a model. Skips variables that were freed before, as part of another model. */
export function dispose(model: object): void {
  for (const variable of variables(model).values()) {
    if (!variable.isDisposed) variable.dispose();
  }
}
