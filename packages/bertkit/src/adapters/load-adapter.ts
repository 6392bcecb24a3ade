import { checkObject } from "@bertkit/checks";
import { type Folder, readFile, readSafetensors } from "@bertkit/checkpoints";
import { Lora, variables, withoutDraws } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { modelFolder } from "../model/folder-of.ts";
import type { PretrainedParts } from "../model/pretrained.ts";
import { readAdapterConfig } from "./adapter-config.ts";
import { adapterParts } from "./adapter-parts.ts";
import { adapterTensors } from "./adapter-tensors.ts";

/**
 * Loads adapters in PEFT's layout, adapter_config.json and adapter_model.safetensors, onto a model, and fully trained
 * layers (`modules_to_save`), such as a classifier, into the model's own. All other variables are frozen. To load
 * another adapter, call `detach()` first.
 *
 * @param folder a path in Node, an address, a repository of the Hugging Face hub, or any `Folder`
 * @throws CheckpointError that names a mismatch or an unsupported PEFT setting; the model then does not change
 */
export async function loadAdapter(folder: string | Folder, model: PretrainedParts): Promise<Lora> {
  checkObject("loadAdapter", "model", model, "a loaded model", "config", "encoder");
  const source = await modelFolder(folder);
  const label = source.label ?? "the folder";
  const config = await readAdapterConfig(source, label);
  const { tensors } = readSafetensors(await readFile(source, "adapter_model.safetensors"));
  const { parts, rules } = adapterParts(model);
  const { layers, fullyTrained } = adapterTensors(tensors, parts, rules, config.rank, label);
  const lora = new Lora(parts, {
    ...config,
    layers: (path) => layers.has(path),
    ...(fullyTrained.size > 0 && { trains: (path: string) => fullyTrained.has(path) }),
    rng: withoutDraws,
  });
  tf.tidy(() => {
    for (const [path, adapter] of lora.adapters) {
      const { a, b } = layers.get(path)!;
      adapter.a.assign(tf.tensor2d(a, adapter.a.shape));
      adapter.b.assign(tf.tensor2d(b, adapter.b.shape));
    }
    const own = variables(parts);
    for (const [path, values] of fullyTrained) {
      const variable = own.get(path)!;
      variable.assign(tf.tensor(values, variable.shape));
    }
  });
  return lora;
}
