import { variables } from "@bertkit/nn";

/** The paths of a model's frozen variables. */
export function frozenPaths(model: object): string[] {
  return [...variables(model)].filter(([, { trainable }]) => !trainable).map(([path]) => path);
}

/** Freezes the variables at these paths, and unfreezes all others. */
export function freezeExactly(model: object, paths: readonly string[]): void {
  const frozen = new Set(paths);
  for (const [path, variable] of variables(model)) variable.trainable = !frozen.has(path);
}
