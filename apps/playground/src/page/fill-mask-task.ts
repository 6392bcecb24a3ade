import { fillMask } from "bertkit";

import { maskLogits } from "./logits.ts";
import type { Task } from "./task.ts";

/** Predicts words for every [MASK]. */
export const fillMaskTask: Task = {
  id: "fill-mask",
  title: "Fill the mask",
  hint: "Write [MASK] for one or more missing words.",
  folder: "models/model/",
  text: "The state of the [MASK] is strong.",
  action: "Fill",
  prepare(model) {
    const fill = fillMask(model, { topK: 5 });
    return async (text) => {
      const masks = await fill(text);
      return masks.map(({ candidates }, i) => ({
        heading: masks.length === 1 ? "Candidates" : `Candidates for mask ${i + 1}`,
        candidates: candidates.map(({ token, score }) => ({ name: token, score })),
      }));
    };
  },
  logits: maskLogits,
};
