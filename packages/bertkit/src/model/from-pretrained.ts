import {
  arrayOf,
  callable,
  checkOptions,
  checkValue,
  number,
  object,
  oneOf,
  text,
  trueOrFalse,
  type Rules,
} from "@bertkit/checks";
import { useBackend } from "@bertkit/backend";
import { CheckpointError, type Folder, type HubFolderOptions, readJson } from "@bertkit/checkpoints";
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../config/json-fields.ts";
import type { Family, ModelOf } from "../families/family.ts";
import { modelFolder } from "./folder-of.ts";
import type { TokenVectors } from "./canary.ts";
import { loadBert, type LoadBertOptions, type LoadedParts } from "./load-bert.ts";
import { type DtypeOptions, quantize, requireQuantization } from "./quantize.ts";
import type { Pretrained } from "./pretrained.ts";

export interface FromPretrainedOptions<Families extends readonly Family<object>[]>
  extends HubFolderOptions, DtypeOptions {
  /** The families to try, such as `[bert, distilBert]`; the first that matches loads the folder. Default `[bert]`. */
  readonly families: Families;
}

/**
 * Loads a BERT folder with every head that the weights have. Supports the folders of Hugging Face (config.json,
 * tokenizer files, weights in any format of `openWeights`), of google-research/bert (bert_config.json, vocab.txt,
 * bert_model.ckpt), and SavedModels of TF Hub (assets/vocab.txt, variables). With `families`, models of these instead
 * of BERT. If no backend is selected, it selects the fastest, as `useBackend()` does.
 *
 * @param folder a path in Node, an address in a browser, any `Folder`, or a repository of the Hugging Face hub, such as
 *   "google-bert/bert-base-uncased", if there is no such path or, in a browser, no such folder relative to the page
 * @param options for the hub: `revision`, `onProgress`, `signal`, and settings whose defaults in Node are Hugging
 *   Face's environment variables (`endpoint`, `cache`, `token`, `offline`, `etagTimeout`, `downloadTimeout`)
 * @param options also `dtype: "q8"`, on the Node backend: weights as bytes, for inference
 * @throws CanaryError if the active backend computes wrong results for the example that `savePretrained` stored in the
 *   weights' file; CheckpointError or TokenizerError that names the file and the problem; leaves no tensors
 */
export async function fromPretrained<const Families extends readonly Family<object>[]>(
  folder: string | Folder,
  options: FromPretrainedOptions<Families>,
): Promise<ModelOf<Families[number]>>;
export async function fromPretrained(folder: string | Folder, options?: LoadBertOptions): Promise<Pretrained>;
export async function fromPretrained(
  folder: string | Folder,
  options: LoadBertOptions & { readonly families?: readonly Family<object>[] } = {},
): Promise<object> {
  return loadModel(folder, options);
}

/**
 * As `fromPretrained`.
 * @param vectors runs a BERT encoder to check its canary, unless the weights become bytes after that
 */
export async function loadModel(
  folder: string | Folder,
  options: LoadBertOptions & { readonly families?: readonly Family<object>[] },
  vectors?: (loaded: LoadedParts) => TokenVectors,
): Promise<object> {
  checkOptions("fromPretrained", options, rules);
  if (!tf.getBackend()) await useBackend();
  const { families, tokenizer, canary, dtype = "fp32", ...hub } = options;
  if (tokenizer !== undefined && typeof tokenizer?.encode !== "function")
    throw new TypeError("fromPretrained: tokenizer must be a Tokenizer, such as bertTokenizer returns.");
  if (tokenizer !== undefined && families !== undefined)
    throw new TypeError("fromPretrained: tokenizer is only for BERT, got families too. Omit one of them.");
  if (typeof folder !== "string") checkValue("fromPretrained", "the folder", folder, object("a path or a Folder"));
  const source = await modelFolder(folder, hub);
  if (dtype === "q8") await requireQuantization("fromPretrained");
  const model =
    families === undefined
      ? await loadBert(source, tokenizer, canary !== false && dtype === "fp32" ? (vectors ?? true) : canary)
      : await (await familyOf(source, families)).load(source);
  if (dtype === "q8") await quantize(model);
  return model;
}

const rules: Rules<LoadBertOptions & { readonly families?: readonly Family<object>[] }> = {
  endpoint: text,
  cache: text,
  token: text,
  offline: trueOrFalse,
  etagTimeout: number({ above: 0 }),
  downloadTimeout: number({ above: 0 }),
  revision: text,
  onProgress: callable,
  signal: object("an AbortSignal", "aborted"),
  families: arrayOf("families", object("a Family", "fits", "load")),
  tokenizer: object("a Tokenizer", "encode"),
  canary: trueOrFalse,
  dtype: oneOf(["fp32", "q8"]),
};

async function familyOf(folder: Folder, families: readonly Family<object>[]): Promise<Family<object>> {
  for (const family of families) if (await family.fits(folder)) return family;
  const type = (await readJson(folder, "config.json"))?.["model_type"];
  throw new CheckpointError(
    "FOLDER",
    `fromPretrained: ${folder.label ?? "the folder"} is not a model of ${families.map(({ name }) => name).join(" or ")}: config.json's "model_type" is ${shown(type)}. Pass its family in { families }.`,
  );
}
