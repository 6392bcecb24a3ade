import type { NamedVariable } from "@bertkit/nn";
import { CheckpointError } from "./checkpoint-error.ts";
import { shownShape } from "./shown.ts";

/**
 * The shape that a file has for a variable: reversed if its rule transposes.
 *
 * @param where the function's name, the start of messages
 * @throws CheckpointError if the rule transposes, and the variable is not a matrix
 */
export function shapeInFile(
  where: string,
  { path, transpose }: Pick<NamedVariable, "path" | "transpose">,
  shape: readonly number[],
): readonly number[] {
  if (!transpose) return shape;
  if (shape.length !== 2)
    throw new CheckpointError(
      "NAMES",
      `${where}: the rule of "${path}" transposes a matrix, but its shape is ${shownShape(shape)}. Give it a rule without transpose.`,
    );
  return shape.toReversed();
}
