import type { Bert } from "@bertkit/encoder";
import { answerQuestions, QuestionAnswerer, type QuestionExample, squadPredictions } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { questionAnsweringTask } from "../../fine-tuning/question-answering-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import { longestText } from "../../model/longest-text.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { readQuestions } from "../data/question-data.ts";
import { trainedLength } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** Question answering. */
export function answerKind(
  model: PretrainedParts & { questionAnswerer: QuestionAnswerer<Bert> },
  options: TaskOptions,
): TaskKind {
  const { questionAnswerer, tokenizer } = model;
  const { nullAnswers = false, nullThreshold } = options;
  const maxLength = longestText(model, options.length ?? Math.min(384, model.maxLength ?? 384));
  const settings = {
    maxLength,
    docStride: Math.max(1, Math.min(128, Math.floor(maxLength / 3))),
    maxQuestionLength: Math.min(64, Math.floor(maxLength / 2)),
    nullAnswers,
    ...(nullThreshold !== undefined && { nullThreshold }),
  };
  return {
    name: "answer",
    parts: model,
    task: questionAnsweringTask(questionAnswerer, tokenizer, settings),
    things: "questions",
    facts: [nullAnswers ? '"no answer" is an answer (SQuAD 2.0)' : "every question has an answer (SQuAD 1.1)"],
    groupOf: (example) => String((example as QuestionExample).answers.length > 0),
    read: (file) => readQuestions(file, options),
    predict: async (file) => {
      const questions = await readQuestions(file, options);
      const answers = await answerQuestions(questionAnswerer, tokenizer, questions, settings);
      const { predictions, nBest, nullOdds } = squadPredictions(
        questions.map(({ id }, i) => [id, answers[i]!] as const),
      );
      return {
        objects: questions.map(({ id, question }, i) => {
          const { best } = answers[i]!;
          return {
            id,
            question,
            answer: best?.text ?? "",
            ...(best && { start: best.start, end: best.end, score: best.score }),
          };
        }),
        lines: undefined,
        files: {
          "predictions.json": predictions,
          "nbest_predictions.json": nBest,
          ...(nullAnswers && { "null_odds.json": nullOdds }),
        },
      };
    },
  };
}

/** A question answerer and its training examples. "No answer" is allowed if a question of the file has none. */
export async function trainAnswer(model: PretrainedParts, file: string, options: TaskOptions): Promise<TrainableKind> {
  const train = await readQuestions(file, options);
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, false, rng);
  const own = model.questionAnswerer?.encoder === encoder ? model.questionAnswerer : undefined;
  const questionAnswerer = own ?? new QuestionAnswerer({ encoder, rng });
  const nullAnswers = options.nullAnswers ?? train.some(({ answers }) => answers.length === 0);
  return {
    ...answerKind(
      { config, encoder, tokenizer: model.tokenizer, questionAnswerer, ...trainedLength(model, options) },
      { ...options, nullAnswers },
    ),
    train,
  };
}
