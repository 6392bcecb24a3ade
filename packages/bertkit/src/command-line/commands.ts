import { answerCommand } from "./answer-command.ts";
import { classifyCommand } from "./classify-command.ts";
import type { Command } from "./command.ts";
import { dataCommand } from "./data-command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { exportOnnxCommand } from "./export-onnx-command.ts";
import { featuresCommand } from "./features-command.ts";
import { fillMaskCommand } from "./fill-mask-command.ts";
import { finetuneCommand } from "./finetune-command.ts";
import { infoCommand } from "./info-command.ts";
import { nerCommand } from "./ner-command.ts";
import { predictCommand } from "./predict-command.ts";
import { pretrainCommand } from "./pretrain-command.ts";
import { rankCommand } from "./rank-command.ts";
import { vocabCommand } from "./vocab-command.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  fillMaskCommand,
  classifyCommand,
  answerCommand,
  infoCommand,
  exportOnnxCommand,
  nerCommand,
  featuresCommand,
  rankCommand,
  vocabCommand,
  dataCommand,
  pretrainCommand,
  finetuneCommand,
  evaluateCommand,
  predictCommand,
];
