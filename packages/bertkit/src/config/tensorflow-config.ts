import { type FolderConfig, huggingFaceConfigText, parseHuggingFaceConfig } from "./hugging-face-config.ts";

/**
 * Reads google-research/bert's bert_config.json. Its "gelu" is the tanh approximation, as in that code;
 * `"gelu_approximation": "none"`, which only our files have, selects the exact GELU.
 */
export function parseTensorflowConfig(json: Readonly<Record<string, unknown>>): FolderConfig {
  const config = parseHuggingFaceConfig(json);
  const isApproximate = config.bert.activation === "gelu" && json["gelu_approximation"] !== "none";
  return isApproximate ? { ...config, bert: { ...config.bert, activation: "gelu_tanh" } } : config;
}

/** The text of a bert_config.json. google-research/bert ignores unknown fields, such as labels. */
export function tensorflowConfigText(config: FolderConfig, paddingId: number): string {
  const json = JSON.parse(huggingFaceConfigText(config, paddingId)) as Record<string, unknown>;
  if (json["hidden_act"] === "gelu") json["gelu_approximation"] = "none";
  if (json["hidden_act"] === "gelu_new") json["hidden_act"] = "gelu";
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
