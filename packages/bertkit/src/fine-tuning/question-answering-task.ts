import { checkObject, checkObjects, checkOptions, pick, type Rules, limitLength } from "@bertkit/checks";
import {
  answerQuestions,
  type FeatureOptions,
  type InputOptions,
  type QuestionAnswerer,
  type QuestionBatch,
  questionBatch,
  type QuestionExample,
  type QuestionFeature,
  questionFeatures,
  type QuestionOptions,
} from "@bertkit/heads";
import { squadScores, squadThresholds } from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask } from "./fine-tuning-task.ts";
import { questionTaskRules, taskRules } from "./task-rules.ts";

const featureRules = {
  maxLength: taskRules.maxLength,
  docStride: questionTaskRules.docStride,
  overlap: questionTaskRules.overlap,
  maxQuestionLength: questionTaskRules.maxQuestionLength,
  mode: questionTaskRules.mode,
};

/**
 * Answers questions about texts, as in SQuAD. The scores are `exactMatch` and `f1`, in [0, 1]. With `nullAnswers`, as in
 * SQuAD 2.0, `nullThreshold` decides between an answer and none; then there are also `bestThreshold`, the threshold with
 * the highest F1, and `bestF1`.
 */
export function questionAnsweringTask(
  answerer: QuestionAnswerer,
  tokenizer: Tokenizer,
  options: QuestionOptions = {},
): FineTuningTask<QuestionExample, QuestionFeature, QuestionBatch> {
  checkOptions("questionAnsweringTask", options, questionTaskRules as Rules<QuestionOptions>);
  checkObject("questionAnsweringTask", "answerer", answerer, "a QuestionAnswerer", "predict", "loss");
  const limited = limitLength(answerer, options, 384);
  const features = pick<FeatureOptions>(limited, featureRules as Rules<Partial<FeatureOptions>>);
  const { maxLength, lengthMultiple, skipPadding } = limited;
  const inputs = pick<InputOptions>(
    { maxLength, lengthMultiple, skipPadding } as InputOptions,
    taskRules as Rules<Partial<InputOptions>>,
  );
  return {
    head: answerer,
    mainScore: "f1",
    rows: (examples) => {
      checkObjects("questionAnsweringTask", "examples", examples, "{ question, context, answers }");
      return examples.flatMap((example) => questionFeatures(example, tokenizer, features));
    },
    batch: (rows) => questionBatch(rows, tokenizer, inputs),
    scores: async (examples) => {
      checkObjects("questionAnsweringTask", "examples", examples, "{ question, context, answers }", "answers");
      const found = await answerQuestions(answerer, tokenizer, examples, options);
      const golds = examples.map(({ answers }) => answers.map(({ text }) => text));
      const scores = {
        ...squadScores(
          found.map(({ best }) => best?.text ?? ""),
          golds,
        ),
      };
      if (!options.nullAnswers) return scores;
      const spans = found.map(({ nBest }) => nBest.find(({ text }) => text !== "")?.text ?? "");
      const odds = found.map(({ nullOdds = 0 }) => Math.min(nullOdds, Number.MAX_VALUE));
      const { f1 } = squadThresholds(spans, golds, odds);
      return { ...scores, bestF1: f1.score, bestThreshold: f1.threshold };
    },
  };
}
