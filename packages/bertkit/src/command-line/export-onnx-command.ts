import { useBackend } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import { fromPretrained } from "../model/from-pretrained.ts";
import { saveOnnx } from "../model/save-onnx.ts";
import type { CommandOptions } from "./command-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Exports the model of a folder to a folder for ONNX runtimes. */
export async function exportOnnxCommand(options: CommandOptions, { stdout }: Terminal): Promise<void> {
  const { operands, backend, task, json } = options;
  const [from, to, ...others] = operands;
  if (from === undefined || to === undefined || others.length > 0)
    throw new UsageError("export-onnx needs a FOLDER and an output folder OUT");
  await useBackend(backend);
  const model = await fromPretrained(from);
  try {
    await saveOnnx(to, model, task && { task });
    if (json) stdout.write(`${escapeControls(JSON.stringify({ folder: to, model: "onnx/model.onnx" }))}\n`);
    else stdout.write(`${escapeControls(to)}: onnx/model.onnx, config.json and the tokenizer's files\n`);
  } finally {
    model.dispose();
  }
}
