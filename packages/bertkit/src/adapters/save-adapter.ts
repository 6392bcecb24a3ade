import { checkObject, checkOptions, text } from "@bertkit/checks";
import {
  CheckpointError,
  type Folder,
  variableSource,
  type TensorToStore,
  writeFile,
  writeSafetensors,
  writeTogether,
} from "@bertkit/checkpoints";
import { type Lora, type LoraAdapter, nameOfPath, trainableVariables } from "@bertkit/nn";
import { folderOf } from "../model/folder-of.ts";
import type { PretrainedParts } from "../model/pretrained.ts";
import { adapterParts, moduleName } from "./adapter-parts.ts";

export interface SaveAdapterOptions {
  /** The base model's folder or name on the hub. Default: not stated. */
  readonly base?: string;
}

/**
 * Saves the adapters of a model, and its other trainable variables, as PEFT's folder: adapter_config.json and
 * adapter_model.safetensors, which `PeftModel.from_pretrained(model, folder)` and `loadAdapter` load. The same adapters
 * give the same bytes.
 *
 * @param folder a path in Node, or any writable `Folder`
 * @param lora adapters of the model, `new Lora(model, …)`, or of one of its heads
 * @throws CheckpointError if a layer or variable has no name in Hugging Face's model
 */
export async function saveAdapter(
  folder: string | Folder,
  model: PretrainedParts,
  lora: Lora,
  options: SaveAdapterOptions = {},
): Promise<void> {
  checkOptions("saveAdapter", options, { base: text });
  checkObject("saveAdapter", "model", model, "a loaded model", "config", "encoder");
  checkObject("saveAdapter", "lora", lora, "a Lora", "adapters");
  const { parts, rules, taskType } = adapterParts(model);
  const tensors: TensorToStore[] = [];
  const targets: string[] = [];
  for (const [path, { a, b }] of lora.adapters) {
    const name = moduleName(rules, path);
    if (name === undefined)
      throw new CheckpointError(
        "NAMES",
        `saveAdapter: "${path}" has no name in Hugging Face's model. Adapt layers of the encoder.`,
      );
    targets.push(name.replace(/^bert\./, "")); // PEFT matches the ends of names
    tensors.push(await transposed(`base_model.model.${name}.lora_A.weight`, a));
    tensors.push(await transposed(`base_model.model.${name}.lora_B.weight`, b));
  }
  const others = new Set([...trainableVariables(parts).keys()].filter((path) => !path.includes(".adapter.")));
  for (const path of others)
    if (nameOfPath(rules, path) === undefined)
      throw new CheckpointError(
        "NAMES",
        `saveAdapter: "${path}" is trainable, but has no name in Hugging Face's model. Freeze it, or save the model with saveModel.`,
      );
  const modules = new Set<string>();
  const source = variableSource(pathsOf(parts, others), rules);
  for (const name of source.entries.keys()) {
    modules.add(name.replace(/\.(?:weight|bias)$/, ""));
    const { shape, data } = await source.tensor(name);
    tensors.push({ name: `base_model.model.${name}`, shape, data });
  }
  const config = {
    base_model_name_or_path: options.base ?? null,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    modules_to_save: modules.size > 0 ? [...modules].sort() : null,
    peft_type: "LORA",
    r: lora.rank,
    target_modules: targets.sort(),
    task_type: taskType,
    use_dora: false,
    use_rslora: lora.rankStabilized,
  };
  await writeTogether(await folderOf(folder), "adapter_config.json", async (staged) => {
    await writeFile(staged, "adapter_model.safetensors", writeSafetensors(tensors));
    await writeFile(staged, "adapter_config.json", `${JSON.stringify(config, undefined, 2)}\n`);
  });
}

/** Transposes a matrix [inputs, outputs] to PyTorch's [outputs, inputs]. */
async function transposed(name: string, variable: LoraAdapter["a"]): Promise<TensorToStore> {
  const [inputs, outputs] = variable.shape;
  const values = (await variable.data()) as Float32Array;
  const data = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) data[j * inputs + i] = values[i * outputs + j]!;
  return { name, shape: [outputs, inputs], data };
}

/** An object that has only some of a model's variables, under the same paths. */
function pathsOf(parts: object, paths: ReadonlySet<string>): object {
  return Object.fromEntries([...trainableVariables(parts)].filter(([path]) => paths.has(path)));
}
