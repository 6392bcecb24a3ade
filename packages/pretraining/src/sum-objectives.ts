import { checkObjects } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { objective, type Objective } from "./objective.ts";

/** The sum of several objectives, on one forward pass of the encoder, with the metrics of all. */
export function sumObjectives<P extends Objective[]>(...parts: P): Objective & { readonly parts: P } {
  if (parts.length === 0)
    throw new RangeError(
      "sumObjectives: needs at least one objective, got none. Pass maskedLmObjective(head) or another.",
    );
  checkObjects("sumObjectives", "parts", parts, "an objective", "lossOf");
  const sumOf: Objective["lossOf"] = (outputs, batch, context) => {
    const losses = parts.map((part) => part.lossOf(outputs, batch, context));
    return {
      loss: losses.map(({ loss }) => loss).reduce((total, loss) => tf.add(total, loss)),
      metrics: Object.assign({}, ...losses.map(({ metrics }) => metrics)),
    };
  };
  return objective({ parts }, sumOf, { readsMaskedAlone: parts.every((part) => part.readsMaskedAlone === true) });
}
