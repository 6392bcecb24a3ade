import { type Folder, hasFile, readJson } from "@bertkit/checkpoints";
import { loadBert } from "../model/load-bert.ts";
import type { Pretrained } from "../model/pretrained.ts";
import type { Family } from "./family.ts";

/**
 * BERT with its tokenizer and every head that the weights have, from Hugging Face's, google-research/bert's and TF
 * Hub's folders. The default of `fromPretrained`.
 */
export const bert: Family<Pretrained> = {
  name: "BERT",
  async fits(folder: Folder) {
    const json = await readJson(folder, "config.json");
    if (json) return (json["model_type"] ?? "bert") === "bert";
    return (await hasFile(folder, "bert_config.json")) || (await hasFile(folder, "variables/variables.index"));
  },
  load: (folder) => loadBert(folder),
};
