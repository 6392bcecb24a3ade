import { variables } from "./variables.ts";

/** Frees every variable of a model; those already freed, through a part it shares, are passed over. */
export function dispose(model: object): void {
  for (const variable of variables(model).values()) {
    if (!variable.isDisposed) variable.dispose();
  }
}
