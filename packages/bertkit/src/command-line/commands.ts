import type { Command } from "./command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { finetuneCommand } from "./finetune-command.ts";
import { predictCommand } from "./predict-command.ts";
import { pretrainCommand } from "./pretrain-command.ts";

/** Every command that reads its own arguments, in the order of the help: one file each. */
export const commands: readonly Command[] = [pretrainCommand, finetuneCommand, evaluateCommand, predictCommand];
