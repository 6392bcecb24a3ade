import type { Command } from "./command.ts";

/** The text of `bertkit --help`. */
export function usage(commands: readonly Command[]): string {
  return `bertkit: BERT from the command line

  bertkit fill-mask --model FOLDER [TEXT...] the likeliest words for every [MASK] of each text or line
  bertkit classify --model FOLDER [FILE...]  labels every line
  bertkit answer --model FOLDER QUESTION...  answers from the text on standard input
  bertkit info FOLDER                        what a model folder holds; reads no weights
  bertkit export-onnx FOLDER OUT             writes the model for ONNX runtimes and transformers.js
${commands.map(listed).join("")}
FOLDER is a Hugging Face folder of a BERT: a path, an http address, or a name of the hub. It holds
config.json, model.safetensors, and tokenizer.json or vocab.txt. Lines are those of the files, or of
standard input.

Options
  --model FOLDER     the model
  --top-k N          how many words, labels or answers to show
                     (fill-mask: 5; answer: 1; classify: 1, or all that hold)
  --null-answers     answer: say so where the text seems not to hold the answer; for models trained
                     on SQuAD 2.0
  --backend NAME     auto (default), node, webgpu, webgl, wasm or cpu
  --task NAME        what to export: feature-extraction, fill-mask, text-classification,
                     token-classification, question-answering or next-sentence-prediction
                     (default: the head's)
  --json             one JSON object a line
  -h, --help         this text

Exit status: 0, or 1 where the work failed, or 2 where the command line is wrong.${commands.length > 0 ? " bertkit COMMAND --help has more on a command." : ""}
`;
}

function listed({ name, operands, summary }: Command): string {
  const call = `bertkit ${name} ${operands}`;
  return call.length < 40 ? `  ${call.padEnd(41)}${summary}\n` : `  ${call}\n${" ".repeat(43)}${summary}\n`;
}
