import type { Command } from "./command.ts";

/** The text of `bertkit --help`. */
export function usage(commands: readonly Command[]): string {
  return `bertkit: BERT from the command line

${commands.map(listed).join("")}
FOLDER is a Hugging Face folder of a BERT: a path, an http address, or a name on the hub. It has
config.json, model.safetensors, and tokenizer.json or vocab.txt. Lines are read from the files, or
from standard input.

bertkit COMMAND --help lists the options of a command; bertkit --version prints the version.

Exit status: 0; 1 if the work failed; 2 if the command line is wrong.
`;
}

function listed({ name, operands, summary }: Command): string {
  const call = `bertkit ${name} ${operands}`;
  return call.length < 40 ? `  ${call.padEnd(41)}${summary}\n` : `  ${call}\n${" ".repeat(43)}${summary}\n`;
}
