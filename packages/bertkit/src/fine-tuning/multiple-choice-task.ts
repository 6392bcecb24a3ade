import { checkObject, checkOptions, limitLength } from "@bertkit/checks";
import {
  type ChoiceBatch,
  choiceBatch,
  type ChoiceExample,
  choose,
  type MultipleChoice,
  type PredictOptions,
} from "@bertkit/heads";
import { accuracy } from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/** Chooses one of several choices; all examples have the same number of them. The score is `accuracy`. */
export function multipleChoiceTask(
  model: MultipleChoice,
  tokenizer: Tokenizer,
  options: PredictOptions = {},
): FineTuningTask<ChoiceExample, ChoiceExample, ChoiceBatch> {
  checkOptions("multipleChoiceTask", options, taskRules);
  checkObject("multipleChoiceTask", "model", model, "a MultipleChoice", "predict", "loss");
  const { batchSize: _, ...inputs } = limitLength(model, options);
  return {
    head: model,
    mainScore: "accuracy",
    rows: (examples) => examples,
    batch: (rows) => choiceBatch(rows, tokenizer, inputs),
    scores: async (examples) => {
      const chosen = await choose(model, tokenizer, examples, options);
      return {
        accuracy: accuracy(
          chosen.map(({ best }) => best),
          examples.map(({ label = -1 }) => label),
        ),
      };
    },
  };
}
