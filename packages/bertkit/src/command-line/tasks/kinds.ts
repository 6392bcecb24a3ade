import type { PretrainedParts } from "../../model/pretrained.ts";
import type { Task } from "../data/task.ts";
import { answerKind, trainAnswer } from "./answer.ts";
import { chooseKind, trainChoose } from "./choose.ts";
import { classifyKind, trainClassify } from "./classify.ts";
import { nerKind, trainNer } from "./ner.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** A model with a head for each task, and what it is trained on. */
export const trainableKinds: Readonly<
  Record<Task, (model: PretrainedParts, file: string, options: TaskOptions) => Promise<TrainableKind>>
> = { classify: trainClassify, ner: trainNer, answer: trainAnswer, choose: trainChoose };

/** The task that a model has a head for. */
export function kindOf(model: PretrainedParts, options: TaskOptions): TaskKind {
  const { classifier, tokenClassifier, questionAnswerer, multipleChoice } = model;
  if (classifier) return classifyKind({ ...model, classifier }, options);
  if (tokenClassifier) return nerKind({ ...model, tokenClassifier }, options);
  if (questionAnswerer) return answerKind({ ...model, questionAnswerer }, options);
  if (multipleChoice) return chooseKind({ ...model, multipleChoice }, options);
  throw new Error("the model has no head for a task. Train one with bertkit finetune.");
}
