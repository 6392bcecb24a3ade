import { escapeControls } from "@bertkit/nn";
import { onnxTasks, saveOnnx } from "../model/save-onnx.ts";
import type { Command } from "./command.ts";
import { loadModel } from "./load-model.ts";
import { choiceOption, flag } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { backendOption } from "./options/shared-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  task: choiceOption(
    onnxTasks,
    `${onnxTasks.slice(0, -1).join(", ")} or ${onnxTasks.at(-1)} (default: that of the model's head)`,
  ),
  dtype: choiceOption(
    ["fp32", "q8"],
    "fp32 (default), or q8: bytes, a quarter of the size, in onnx/model_quantized.onnx",
  ),
  backend: backendOption,
  json: flag("print the result as one JSON object"),
};

export const exportOnnxCommand: Command = {
  name: "export-onnx",
  operands: "FOLDER OUT",
  summary: "writes the model for ONNX runtimes and transformers.js",
  help: `bertkit export-onnx FOLDER OUT: writes the model for ONNX runtimes and transformers.js

FOLDER is a path, an http address, or a name on the Hugging Face hub. OUT gets onnx/model.onnx, config.json
and the tokenizer's files. A file of another --dtype in it is kept.

Options
${optionsHelp(options)}`,
  run,
};

/** Exports the model of a folder to a folder for ONNX runtimes. */
async function run(args: readonly string[], { stdout, stderr }: Terminal): Promise<void> {
  const { values, operands } = parseOptions(args, options);
  const { backend = "auto", task, dtype = "fp32", json = false } = values;
  const file = dtype === "q8" ? "onnx/model_quantized.onnx" : "onnx/model.onnx";
  const [from, to, ...others] = operands;
  if (from === undefined || to === undefined || others.length > 0)
    throw new UsageError("export-onnx needs a FOLDER and an output folder OUT");
  const model = await loadModel("export-onnx", { model: from, backend }, stderr);
  try {
    await saveOnnx(to, model, { dtype, ...(task && { task }) });
    if (json) stdout.write(`${escapeControls(JSON.stringify({ folder: to, model: file }))}\n`);
    else stdout.write(`${escapeControls(to)}: ${file}, config.json and the tokenizer's files\n`);
  } finally {
    model.dispose();
  }
}
