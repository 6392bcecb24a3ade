import {
  CheckpointError,
  type Folder,
  readFile,
  readJson,
  readSafetensors,
  type StoredTensor,
} from "@bertkit/checkpoints";
import { Lora, nameOfPath, variables, withoutDraws } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { modelFolder } from "../model/folder-of.ts";
import type { PretrainedParts } from "../model/pretrained.ts";
import { adapterParts } from "./adapter-parts.ts";

/** PEFT settings that change the computation, and the values for which they do not. */
const plain: readonly [name: string, ...values: unknown[]][] = [
  ["bias", "none"],
  ["fan_in_fan_out", false],
  ["use_dora", false],
  ["lora_bias", false],
  ["layer_replication", null],
  ["trainable_token_indices", null],
  ["use_qalora", false],
  ["use_bdlora", null, false],
];

/**
 * Loads adapters in PEFT's layout, adapter_config.json and adapter_model.safetensors, onto a model, and fully trained
 * layers (`modules_to_save`), such as a classifier, into the model's own. All other variables are frozen. To load
 * another adapter, call `detach()` first.
 *
 * @param folder a path in Node, an address, a repository of the Hugging Face hub, or any `Folder`
 * @throws CheckpointError that names a mismatch or an unsupported PEFT setting; the model then does not change
 */
export async function loadAdapter(folder: string | Folder, model: PretrainedParts): Promise<Lora> {
  const source = await modelFolder(folder);
  const label = source.label ?? "the folder";
  const config = await readJson(source, "adapter_config.json");
  if (config === undefined)
    throw new CheckpointError(
      "FOLDER",
      `loadAdapter: there is no adapter_config.json in ${label}. Pass a folder that PEFT or saveAdapter saved.`,
    );
  checkConfig(config, label);
  const { tensors } = readSafetensors(await readFile(source, "adapter_model.safetensors"));
  const { parts, rules } = adapterParts(model);
  const own = variables(parts);
  const layers = new Map<string, { a?: StoredTensor; b?: StoredTensor }>();
  const whole = new Map<string, Float32Array>();
  const stored = new Map<string, { tensor: StoredTensor; transpose: boolean }>();
  const named = new Map(
    [...own.keys()].flatMap((path) => {
      const rule = nameOfPath(rules, path);
      return rule ? [[rule.name, { path, transpose: rule.transpose }] as const] : [];
    }),
  );
  /** The variable of a name, in a model with a head or of the encoder alone. */
  const find = (name: string): { path: string; transpose: boolean } | undefined =>
    named.get(name) ?? named.get(`bert.${name}`) ?? named.get(name.replace(/^bert\./, ""));
  for (const [full, tensor] of tensors) {
    const name = full.replace(/^base_model\.model\./, "").replace(/\.modules_to_save(?:\.default)?\./, ".");
    const lora = /^(.*)\.lora_([AB])(?:\.default)?\.weight$/.exec(name);
    const found = find(lora ? `${lora[1]}.weight` : name);
    if (found === undefined)
      throw new CheckpointError(
        "NAMES",
        `loadAdapter: the model has no "${name}", which ${label} has. Load it onto the model that it was trained with, head included.`,
      );
    if (!lora) stored.set(found.path, { tensor, transpose: found.transpose });
    else {
      const path = found.path.replace(/\.kernel$/, "");
      layers.set(path, { ...layers.get(path), [lora[2] === "A" ? "a" : "b"]: tensor });
    }
  }
  const rank = config["r"] as number;
  const values = new Map<string, { a: Float32Array; b: Float32Array }>();
  for (const [path, { a, b }] of layers) {
    const kernel = own.get(`${path}.kernel`);
    if (kernel?.rank !== 2)
      throw new CheckpointError(
        "NAMES",
        `loadAdapter: ${label} adapts ${path}, which is not a dense layer. Train the adapter only on dense layers.`,
      );
    const [inputs, outputs] = kernel.shape as [number, number];
    const fits = a?.shape.join() === `${rank},${inputs}` && b?.shape.join() === `${outputs},${rank}`;
    if (!fits)
      throw new CheckpointError(
        "NAMES",
        `loadAdapter: ${path} needs lora_A [${rank},${inputs}] and lora_B [${outputs},${rank}], ${label} has [${a?.shape ?? "nothing"}] and [${b?.shape ?? "nothing"}].`,
      );
    values.set(path, { a: turned(a), b: turned(b!) });
  }
  for (const [path, { tensor, transpose }] of stored) {
    const wanted = own.get(path)!.shape;
    if (tensor.shape.join() !== (transpose ? wanted.toReversed() : wanted).join())
      throw new CheckpointError(
        "NAMES",
        `loadAdapter: ${path} needs shape [${wanted}], ${label} has [${tensor.shape}].`,
      );
    whole.set(path, transpose ? turned(tensor) : Float32Array.from(tensor.data as Float32Array, Number));
  }
  const lora = new Lora(parts, {
    layers: (path) => values.has(path),
    rank,
    alpha: config["lora_alpha"] as number,
    rankStabilized: config["use_rslora"] === true,
    trains: (path) => whole.has(path),
    rng: withoutDraws,
  });
  tf.tidy(() => {
    for (const [path, adapter] of lora.adapters) {
      const { a, b } = values.get(path)!;
      adapter.a.assign(tf.tensor2d(a, adapter.a.shape));
      adapter.b.assign(tf.tensor2d(b, adapter.b.shape));
    }
    for (const [path, numbers] of whole) {
      const variable = own.get(path)!;
      variable.assign(tf.tensor(numbers, variable.shape));
    }
  });
  return lora;
}

function checkConfig(config: Readonly<Record<string, unknown>>, label: string): void {
  const wrong = (name: string, wanted: string): never => {
    throw new CheckpointError(
      "FOLDER",
      `loadAdapter: adapter_config.json in ${label} has "${name}": ${JSON.stringify(config[name])?.slice(0, 60) ?? "nothing"}, but only ${wanted} is supported.`,
    );
  };
  if (config["peft_type"] !== "LORA") wrong("peft_type", '"LORA"');
  for (const [name, ...values] of plain)
    if (config[name] !== undefined && !values.includes(config[name])) wrong(name, JSON.stringify(values[0]));
  for (const name of ["rank_pattern", "alpha_pattern"])
    if (Object.keys((config[name] ?? {}) as object).length > 0) wrong(name, "{}");
  const { r, lora_alpha: alpha } = config;
  if (!Number.isSafeInteger(r) || (r as number) < 1) wrong("r", "a whole number of at least 1");
  if (typeof alpha !== "number" || !(alpha > 0)) wrong("lora_alpha", "a number above 0");
}

/** A matrix [outputs, inputs] as [inputs, outputs]. */
function turned({ shape, data }: StoredTensor): Float32Array {
  const [outputs, inputs] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let i = 0; i < outputs; i++)
    for (let j = 0; j < inputs; j++) result[j * outputs + i] = Number(data[i * inputs + j]);
  return result;
}
