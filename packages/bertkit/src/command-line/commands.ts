import type { Command } from "./command.ts";
import { dataCommand } from "./data-command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { featuresCommand } from "./features-command.ts";
import { finetuneCommand } from "./finetune-command.ts";
import { nerCommand } from "./ner-command.ts";
import { predictCommand } from "./predict-command.ts";
import { pretrainCommand } from "./pretrain-command.ts";
import { rankCommand } from "./rank-command.ts";
import { vocabCommand } from "./vocab-command.ts";

/** Every command that reads its own arguments, in the order of the help: one file each. */
export const commands: readonly Command[] = [
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
