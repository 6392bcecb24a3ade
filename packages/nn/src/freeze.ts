import { variables } from "./variables.ts";

/** Chooses variables by path. */
export type PathPredicate = (path: string) => boolean;

/** Keeps the chosen variables (default: all) from being trained. Returns how many there are. */
export function freeze(model: object, chosen?: PathPredicate): number {
  return setTrainable(model, false, chosen);
}

/** Lets the chosen variables (default: all) be trained again. Returns how many there are. */
export function unfreeze(model: object, chosen?: PathPredicate): number {
  return setTrainable(model, true, chosen);
}

function setTrainable(model: object, trainable: boolean, chosen: PathPredicate = () => true): number {
  let count = 0;
  for (const [path, variable] of variables(model)) {
    if (!chosen(path)) continue;
    variable.trainable = trainable;
    count++;
  }
  if (count === 0) {
    throw new Error(
      `${trainable ? "unfreeze" : "freeze"}: no variable was chosen. Print summary(model) to see the paths.`,
    );
  }
  return count;
}
