import { textClassification } from "bertkit";

import { labelLogits } from "./logits.ts";
import type { Task } from "./task.ts";

/** Classifies a text with any folder of a BertForSequenceClassification. */
export const classificationTask: Task = {
  id: "classification",
  title: "Classify",
  hint: "Paste a mail's subject and text; longer texts are truncated.",
  folder: "models/spam-classifier/",
  text: "Win a free prize! Click here now.",
  action: "Classify",
  prepare(model) {
    const classify = textClassification(model);
    return async (text) => {
      const labels = await classify(text);
      return [{ heading: "Labels", candidates: labels.map(({ label, score }) => ({ name: label, score })) }];
    };
  },
  logits: labelLogits,
};
