import type { Bert } from "@bertkit/encoder";
import { DatasetError } from "@bertkit/datasets";
import { type ChoiceExample, choose, MultipleChoice } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { multipleChoiceTask } from "../../fine-tuning/multiple-choice-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { readChoices } from "../data/choice-data.ts";
import { rowOptions } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** Multiple choice: one of several texts. */
export function chooseKind(
  model: PretrainedParts & { multipleChoice: MultipleChoice<Bert> },
  options: TaskOptions,
): TaskKind {
  const { multipleChoice, tokenizer, config } = model;
  const rows = rowOptions(config, options, 128);
  return {
    name: "choose",
    parts: model,
    task: multipleChoiceTask(multipleChoice, tokenizer, rows),
    things: "examples",
    facts: [],
    groupOf: () => "",
    read: async (file) => labeled(await readChoices(file, options), file),
    predict: async (file) => {
      const examples = await readChoices(file, options);
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
  const train = labeled(await readChoices(file, options), file);
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, true, rng);
  const own = model.multipleChoice?.encoder === encoder ? model.multipleChoice : undefined;
  const multipleChoice = own ?? new MultipleChoice({ encoder, rng });
  return { ...chooseKind({ config, encoder, tokenizer: model.tokenizer, multipleChoice }, options), train };
}

function labeled(examples: ChoiceExample[], file: string): ChoiceExample[] {
  const without = examples.findIndex(({ label }) => label === undefined);
  if (without < 0) return examples;
  throw new DatasetError(
    "the data",
    `example ${without} has no label. Name the column of correct choices with --label.`,
    { file },
  );
}
