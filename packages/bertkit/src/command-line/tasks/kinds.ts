import type { PretrainedParts } from "../../model/pretrained.ts";
import type { Task } from "../data/task.ts";
import { UsageError } from "../usage-error.ts";
import { answerKind, trainAnswer } from "./answer.ts";
import { chooseKind, trainChoose } from "./choose.ts";
import { classifyKind, trainClassify } from "./classify.ts";
import { embedKind, trainEmbed } from "./embed.ts";
import { nerKind, trainNer } from "./ner.ts";
import { isRelevance, rankKind, trainRank } from "./rank.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** For each task: reads a training file, and gives the model a head for its examples. */
export const trainableKinds: Readonly<
  Record<Task, (model: PretrainedParts, file: string, options: TaskOptions) => Promise<TrainableKind>>
> = {
  classify: trainClassify,
  ner: trainNer,
  answer: trainAnswer,
  choose: trainChoose,
  rank: trainRank,
  embed: trainEmbed,
};

/** The task of the model's head, unless `task` names another: a classifier can rank, and every encoder can embed. */
export function kindOf(model: PretrainedParts, options: TaskOptions, task?: "rank" | "embed"): TaskKind {
  const { classifier, tokenClassifier, questionAnswerer, multipleChoice } = model;
  if (task === "embed") return embedKind(model, options);
  if (task === "rank" && classifier === undefined)
    throw new UsageError(
      "--task rank needs a cross-encoder, but the model has no classifier. Train one with bertkit finetune rank",
    );
  if (classifier && (task === "rank" || isRelevance(classifier))) return rankKind({ ...model, classifier }, options);
  if (classifier) return classifyKind({ ...model, classifier }, options);
  if (tokenClassifier) return nerKind({ ...model, tokenClassifier }, options);
  if (questionAnswerer) return answerKind({ ...model, questionAnswerer }, options);
  if (multipleChoice) return chooseKind({ ...model, multipleChoice }, options);
  if (model.sentenceFiles) return embedKind(model, options);
  throw new Error("the model has no head for a task. Train one with bertkit finetune.");
}
