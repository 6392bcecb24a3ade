import { checkOptions, limitLength } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { predictRules } from "../option-rules.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { checkChoices, type ChoiceInput, choicePairs } from "./choice-batch.ts";
import type { MultipleChoice } from "./multiple-choice.ts";

/** The most probable choice (the first on a tie), and the probability of each. */
export interface Chosen {
  readonly best: number;
  readonly probabilities: readonly number[];
}

/** Predicts the choice for any number of examples, with any number of choices each. Leaves no tensors. */
export async function choose(
  model: MultipleChoice,
  tokenizer: Tokenizer,
  examples: readonly ChoiceInput[],
  options: PredictOptions = {},
): Promise<Chosen[]> {
  checkOptions("choose", options, predictRules);
  checkHead("choose", "model", model, "a MultipleChoice");
  checkChoices("choose", examples);
  const none = examples.findIndex(({ choices }) => choices.length === 0);
  if (none >= 0) throw new RangeError(`choose: example ${none} has no choices. Give each one or more.`);
  const limits = limitLength(model, options);
  const rows = encodeRows(examples.flatMap(choicePairs), tokenizer, limits);
  const scores = await predictRows(rows, tokenizer.special.padding.id, (batch) => model.predict(batch), limits);
  let start = 0;
  return examples.map(({ choices }) => {
    const own = scores.slice(start, (start += choices.length)).map((row) => row[0]!);
    const largest = Math.max(...own);
    const powers = own.map((score) => Math.exp(score - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return { best: own.indexOf(largest), probabilities: powers.map((power) => power / sum) };
  });
}
