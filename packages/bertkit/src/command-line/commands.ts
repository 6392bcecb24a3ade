import type { Command } from "./command.ts";

/** Every command that reads its own arguments, in the order of the help: one file each. */
export const commands: readonly Command[] = [];
