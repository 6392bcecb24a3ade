import { checkObject } from "@bertkit/checks";
import { type Activation, type BertConfig, bertDefaults, type PositionEmbedding } from "@bertkit/encoder";
import type { Problem } from "@bertkit/heads";
import { checkFileConfig, configError } from "./config-error.ts";
import { isObject, numberField, shown, textListField } from "./json-fields.ts";

/** The contents of config.json, with the names of this package. */
export interface FolderConfig {
  /** The encoder's config. Only the weights show whether there is a pooler. */
  readonly bert: BertConfig;
  /** The Hugging Face classes that the folder was saved from: `BertForPreTraining`, … */
  readonly architectures: readonly string[];
  /** The classifier's labels by class number, if the file has any. */
  readonly labels?: readonly string[];
  /** Number of labels, if the file only has their number. */
  readonly labelCount?: number;
  readonly problem?: Problem;
  /** Dropout before the classifier. Default: that of the encoder. */
  readonly classifierDropout?: number;
  /** Whether sentence-transformers takes a cross-encoder's output as the score, as for MS MARCO, not its sigmoid. */
  readonly plainScores?: boolean;
  /** Whether a masked LM's decoder has its own weights, not the word embeddings. */
  readonly untied?: boolean;
}

const activationNames: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu_accurate: "gelu_tanh",
  gelu_tanh: "gelu_tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};

const positionNames: Readonly<Record<string, PositionEmbedding>> = {
  absolute: "absolute",
  relative_key: "relative_key",
  relative_key_query: "relative_key_query",
};

const problemNames: Readonly<Record<string, Problem>> = {
  single_label_classification: "single-label",
  multi_label_classification: "multi-label",
  regression: "regression",
};

/**
 * Reads Hugging Face's config.json for BERT. Throws an error that names a field which is wrong, missing or not
 * supported.
 */
export function parseHuggingFaceConfig(json: Readonly<Record<string, unknown>>): FolderConfig {
  checkObject("parseHuggingFaceConfig", "json", json, "the object in a config.json");
  rejectOtherModels(json);
  const bert: BertConfig = {
    vocabularySize: numberField(json, "vocab_size"),
    hiddenSize: numberField(json, "hidden_size"),
    hiddenLayers: numberField(json, "num_hidden_layers"),
    attentionHeads: numberField(json, "num_attention_heads"),
    intermediateSize: numberField(json, "intermediate_size"),
    maxPositionEmbeddings: numberField(json, "max_position_embeddings", bertDefaults.maxPositionEmbeddings),
    typeVocabularySize: numberField(json, "type_vocab_size", bertDefaults.typeVocabularySize),
    hiddenDropout: numberField(json, "hidden_dropout_prob", bertDefaults.hiddenDropout),
    attentionDropout: numberField(json, "attention_probs_dropout_prob", bertDefaults.attentionDropout),
    layerNormEpsilon: numberField(json, "layer_norm_eps", bertDefaults.layerNormEpsilon),
    initializerRange: numberField(json, "initializer_range", bertDefaults.initializerRange),
    activation: activationField(json, "hidden_act", "gelu"),
    positionEmbedding: choice(positionNames, "position_embedding_type", json["position_embedding_type"] ?? "absolute"),
    ...paddingOf(json),
    pooler: true,
  };
  checkFileConfig(bert);
  const labels = parseLabels(json);
  const labelCount = parseLabelCount(json);
  const problem = parseProblem(json["problem_type"]);
  const classifierDropout = parseDropout(json, "classifier_dropout");
  const untied = isUntied(json["tie_word_embeddings"]);
  return {
    bert,
    architectures: textListField(json, "architectures"),
    ...(labels && { labels }),
    ...(!labels && labelCount !== undefined && { labelCount }),
    ...(problem && { problem }),
    ...(classifierDropout !== undefined && { classifierDropout }),
    ...(hasPlainScores(json) && { plainScores: true }),
    ...(untied && { untied }),
  };
}

/** The text of a Hugging Face config.json. */
export function huggingFaceConfigText(config: FolderConfig, paddingId: number): string {
  checkObject("huggingFaceConfigText", "config", config, "a FolderConfig", "bert", "architectures");
  const { bert, architectures, labels, problem, classifierDropout, plainScores } = config;
  const hiddenAct = { gelu: "gelu", gelu_tanh: "gelu_new", relu: "relu", silu: "silu" }[bert.activation];
  const file = {
    architectures,
    attention_probs_dropout_prob: bert.attentionDropout,
    ...(classifierDropout !== undefined && { classifier_dropout: classifierDropout }),
    hidden_act: hiddenAct,
    hidden_dropout_prob: bert.hiddenDropout,
    hidden_size: bert.hiddenSize,
    ...(labels && {
      id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
      label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    }),
    initializer_range: bert.initializerRange,
    intermediate_size: bert.intermediateSize,
    layer_norm_eps: bert.layerNormEpsilon,
    max_position_embeddings: bert.maxPositionEmbeddings,
    model_type: "bert",
    num_attention_heads: bert.attentionHeads,
    num_hidden_layers: bert.hiddenLayers,
    pad_token_id: bert.paddingId ?? paddingId,
    position_embedding_type: bert.positionEmbedding ?? "absolute",
    ...(problem && { problem_type: Object.keys(problemNames).find((name) => problemNames[name] === problem) }),
    ...(plainScores && { sentence_transformers: { activation_fn: plainActivation } }),
    torch_dtype: "float32",
    type_vocab_size: bert.typeVocabularySize,
    vocab_size: bert.vocabularySize,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

const plainActivation = "torch.nn.modules.linear.Identity";

/** By sentence-transformers' setting or, without it, that of its versions before 4. */
function hasPlainScores(json: Readonly<Record<string, unknown>>): boolean {
  const settings = json["sentence_transformers"];
  const name =
    isObject(settings) && "activation_fn" in settings
      ? settings["activation_fn"]
      : json["sbert_ce_default_activation_function"];
  return typeof name === "string" && name.endsWith(".Identity");
}

function isUntied(tied: unknown): boolean {
  if (tied === undefined || tied === null || typeof tied === "boolean") return tied === false;
  throw configError(`config.json: "tie_word_embeddings" must be true or false, got ${shown(tied)}.`);
}

function rejectOtherModels(json: Readonly<Record<string, unknown>>): void {
  const expected: [string, unknown][] = [
    ["model_type", "bert"],
    ["is_decoder", false],
    ["add_cross_attention", false],
  ];
  for (const [field, value] of expected) {
    const found = json[field] ?? value;
    if (found !== value)
      throw configError(
        `config.json: "${field}" must be ${JSON.stringify(value)}, got ${shown(found)}. ${field === "model_type" ? "Other models need their family, such as fromPretrained(folder, { families: [distilBert] }), if there is one." : "Only BERT encoders are supported."}`,
      );
  }
  const pruned = json["pruned_heads"] ?? {};
  if (!isObject(pruned) || Object.values(pruned).some((heads) => !Array.isArray(heads) || heads.length > 0))
    throw configError(
      `config.json: "pruned_heads" must be empty, got ${shown(pruned)}. Save the model with its heads unpruned.`,
    );
}

/** An activation of config.json by Hugging Face's name, or the default if the file omits it. */
export function activationField(json: Readonly<Record<string, unknown>>, field: string, byDefault: string): Activation {
  return choice(activationNames, field, json[field] ?? byDefault);
}

/** The value of a name. Throws an error with the field and its allowed names. */
function choice<T>(choices: Readonly<Record<string, T>>, field: string, name: unknown): T {
  if (typeof name === "string" && Object.hasOwn(choices, name)) return choices[name]!;
  throw configError(`config.json: "${field}" must be one of ${Object.keys(choices).join(", ")}, got ${shown(name)}.`);
}

/** The padding row: id 0 by default (as Hugging Face's `BertConfig`), none if the field is null. */
function paddingOf(json: Readonly<Record<string, unknown>>): { paddingId?: number } {
  return json["pad_token_id"] === null ? {} : { paddingId: numberField(json, "pad_token_id", 0) };
}

function parseLabels(json: Readonly<Record<string, unknown>>): string[] | undefined {
  const names = json["id2label"] ?? undefined;
  if (names === undefined) return undefined;
  const labels = isObject(names) ? Array.from(Object.keys(names), (_, id) => labelOf(names[String(id)])) : [];
  const wrong = labels.findIndex((label) => typeof label !== "string");
  if (labels.length > 0 && wrong < 0) return labels as string[];
  throw configError(
    `config.json: "id2label" must name every number from 0 on, got ${
      labels.length === 0 ? shown(names) : `${labels.length} entries and ${shown(labels[wrong])} for ${wrong}`
    }.`,
  );
}

/** Numbers and booleans are labels too: their text. */
function labelOf(name: unknown): unknown {
  return typeof name === "number" || typeof name === "boolean" ? String(name) : name;
}

/** Only the number: the labels are created once the weights confirm it. */
function parseLabelCount(json: Readonly<Record<string, unknown>>): number | undefined {
  if ((json["num_labels"] ?? undefined) === undefined) return undefined;
  const count = numberField(json, "num_labels");
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw configError(`config.json: "num_labels" must be a whole number of at least 1, got ${count}.`);
}

function parseDropout(json: Readonly<Record<string, unknown>>, field: string): number | undefined {
  if ((json[field] ?? undefined) === undefined) return undefined;
  const rate = numberField(json, field);
  if (rate >= 0 && rate < 1) return rate;
  throw configError(`config.json: "${field}" must be at least 0 and less than 1, got ${rate}.`);
}

function parseProblem(name: unknown): Problem | undefined {
  return name === undefined || name === null ? undefined : choice(problemNames, "problem_type", name);
}
