import { textClassification } from "bertkit";

import { labelLogits } from "./logits.ts";
import type { Task } from "./task.ts";

/** Which label a text has, by any folder of a BertForSequenceClassification. */
export const classificationTask: Task = {
  id: "classification",
  title: "Classify",
  hint: "Paste a mail's subject and text; what is longer than the model reads is cut.",
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
