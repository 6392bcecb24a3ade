import type { Bert } from "@bertkit/encoder";
import { choose, MultipleChoice } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { multipleChoiceTask } from "../../fine-tuning/multiple-choice-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { readChoices } from "../data/choice-data.ts";
import { rowOptions, trainedLength } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** Multiple choice: one of several texts. */
export function chooseKind(
  model: PretrainedParts & { multipleChoice: MultipleChoice<Bert> },
  options: TaskOptions,
): TaskKind {
  const { multipleChoice, tokenizer } = model;
  const rows = rowOptions(model, options, 128);
  return {
    name: "choose",
    parts: model,
    task: multipleChoiceTask(multipleChoice, tokenizer, rows),
    things: "examples",
    facts: [],
    groupOf: () => "",
    read: (file) => readChoices(file, options, { labeled: true }),
    predict: async (file) => {
      const examples = await readChoices(file, options, { labeled: false });
      const chosen = await choose(multipleChoice, tokenizer, examples, rows);
      return {
        objects: examples.map(({ choices }, i) => {
          const { best, probabilities } = chosen[i]!;
          return { label: best, choice: choices[best], probabilities };
        }),
        lines: undefined,
      };
    },
  };
}

/** A multiple-choice head and its training examples. */
export async function trainChoose(model: PretrainedParts, file: string, options: TaskOptions): Promise<TrainableKind> {
  const train = await readChoices(file, options, { labeled: true });
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, true, rng);
  const own = model.multipleChoice?.encoder === encoder ? model.multipleChoice : undefined;
  const multipleChoice = own ?? new MultipleChoice({ encoder, rng });
  return {
    ...chooseKind(
      { config, encoder, tokenizer: model.tokenizer, multipleChoice, ...trainedLength(model, options) },
      options,
    ),
    train,
  };
}
