import { CheckpointError, type Folder, readJson } from "@bertkit/checkpoints";

/** The settings of PEFT's adapter_config.json that a `Lora` has too. */
export interface AdapterConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly rankStabilized: boolean;
}

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
  ["alora_invocation_tokens", null],
  ["target_parameters", null, []],
  ["arrow_config", null],
  ["kasa_config", null],
];

/** Starts of the values of `init_lora_weights` with which PEFT also changes the base weights. */
const baseChanging = ["pissa", "corda", "loftq", "olora", "lora_ga"];

/** @throws CheckpointError that names a missing or unsupported setting */
export async function readAdapterConfig(folder: Folder, label: string): Promise<AdapterConfig> {
  const config = await readJson(folder, "adapter_config.json");
  if (config === undefined)
    throw new CheckpointError(
      "FOLDER",
      `loadAdapter: there is no adapter_config.json in ${label}. Pass a folder that PEFT or saveAdapter saved.`,
    );
  const wrong = (name: string, wanted: string): CheckpointError =>
    new CheckpointError(
      "FOLDER",
      `loadAdapter: adapter_config.json in ${label} has "${name}": ${JSON.stringify(config[name])?.slice(0, 60) ?? "nothing"}, but only ${wanted} is supported.`,
    );
  if (config["peft_type"] !== "LORA") throw wrong("peft_type", '"LORA"');
  for (const [name, ...values] of plain)
    if (config[name] !== undefined && !values.some((value) => isSame(value, config[name])))
      throw wrong(name, JSON.stringify(values[0]));
  rejectChangedBase(config["init_lora_weights"], label);
  for (const name of ["rank_pattern", "alpha_pattern"])
    if (Object.keys((config[name] ?? {}) as object).length > 0) throw wrong(name, "{}");
  const { r: rank, lora_alpha: alpha } = config;
  if (typeof rank !== "number" || !Number.isSafeInteger(rank) || rank < 1)
    throw wrong("r", "a whole number of at least 1");
  if (typeof alpha !== "number" || !(alpha > 0)) throw wrong("lora_alpha", "a number above 0");
  return { rank, alpha, rankStabilized: config["use_rslora"] === true };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** @throws CheckpointError for an adapter of base weights that PEFT changed before the training */
function rejectChangedBase(initialization: unknown, label: string): void {
  if (typeof initialization !== "string") return;
  const start = baseChanging.find((each) => initialization.toLowerCase().startsWith(each));
  if (start === undefined) return;
  const cure =
    start === "loftq"
      ? "Merge it in PEFT with merge_and_unload, and load the merged model."
      : "Convert it in PEFT: save_pretrained with path_initial_model_for_weight_conversion.";
  throw new CheckpointError(
    "FOLDER",
    `loadAdapter: adapter_config.json in ${label} has "init_lora_weights": ${JSON.stringify(initialization.slice(0, 60))}, so the adapter belongs to base weights that PEFT changed, not to the model's. ${cure}`,
  );
}
