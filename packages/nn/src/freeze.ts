import { callable, checkValue } from "@bertkit/checks";
import { variables } from "./variables.ts";

/** Whether the variable at this path is selected. */
export type PathPredicate = (path: string) => boolean;

/**
 * Excludes the selected variables (default: all) from training. Returns their number.
 * @throws if none is selected
 */
export function freeze(model: object, chosen?: PathPredicate): number {
  return setTrainable(model, false, chosen);
}

/**
 * Makes the selected variables (default: all) trainable again. Returns their number.
 * @throws if none is selected
 */
export function unfreeze(model: object, chosen?: PathPredicate): number {
  return setTrainable(model, true, chosen);
}

function setTrainable(model: object, trainable: boolean, chosen: PathPredicate = () => true): number {
  checkValue(trainable ? "unfreeze" : "freeze", "chosen", chosen, callable, "Pass (path) => path.startsWith(…).");
  const selected = Array.from(variables(model)).filter(([path]) => chosen(path)); // before any changes: it may throw
  for (const [, variable] of selected) variable.trainable = trainable;
  if (selected.length === 0) {
    throw new Error(
      `${trainable ? "unfreeze" : "freeze"}: no variable was selected. Print summary(model) to see the paths.`,
    );
  }
  return selected.length;
}
