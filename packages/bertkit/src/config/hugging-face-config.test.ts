import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bertSizes } from "@bertkit/encoder";
import { sharedData, sharedModels } from "@bertkit/testing";
import { describe, expect, test } from "vitest";
import { type FolderConfig, huggingFaceConfigText, parseHuggingFaceConfig } from "./hugging-face-config.ts";

const smallest = {
  vocab_size: 30,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 16,
};

test("missing fields have the defaults of published BERTs", () => {
  expect(parseHuggingFaceConfig(smallest)).toEqual({
    bert: {
      ...bertSizes.tiny,
      vocabularySize: 30,
      hiddenSize: 8,
      hiddenLayers: 1,
      attentionHeads: 2,
      intermediateSize: 16,
      paddingId: 0,
    },
    architectures: [],
  });
});

test("round-trips", () => {
  const configs: FolderConfig[] = [
    { bert: { ...bertSizes.mini, vocabularySize: 100, paddingId: 3 }, architectures: ["BertModel"] },
    {
      bert: {
        ...bertSizes.tiny,
        vocabularySize: 7,
        activation: "gelu_tanh",
        positionEmbedding: "relative_key_query",
        typeVocabularySize: 16,
        layerNormEpsilon: 1e-7,
        hiddenDropout: 0,
        paddingId: 0,
      },
      architectures: ["BertForPreTraining", "BertForSequenceClassification"],
      labels: ["ham", "spam", "10", "2"],
      problem: "multi-label",
      classifierDropout: 0,
    },
    {
      bert: {
        ...bertSizes.tiny,
        vocabularySize: 7,
        activation: "silu",
        positionEmbedding: "relative_key",
        paddingId: 0,
      },
      architectures: [],
      problem: "regression",
    },
  ];
  for (const config of configs) {
    const text = huggingFaceConfigText(config, 0);
    expect(parseHuggingFaceConfig(JSON.parse(text) as Record<string, unknown>)).toEqual(config);
  }
});

describe("Hugging Face's other spellings", () => {
  test.each([
    ["gelu_pytorch_tanh", "gelu_tanh"],
    ["gelu_python", "gelu"],
    ["gelu_fast", "gelu_tanh"],
    ["swish", "silu"],
  ])("hidden_act %s is %s", (name, activation) => {
    expect(parseHuggingFaceConfig({ ...smallest, hidden_act: name }).bert.activation).toBe(activation);
  });

  test("numbers and booleans as labels", () => {
    expect(parseHuggingFaceConfig({ ...smallest, id2label: { 0: 0, 1: 1.5, 2: true } }).labels).toEqual([
      "0",
      "1.5",
      "true",
    ]);
  });

  test("num_labels, without names", () => {
    expect(parseHuggingFaceConfig({ ...smallest, num_labels: 2 }).labelCount).toBe(2);
  });

  test("with pad_token_id null there is no padding row", () => {
    expect(parseHuggingFaceConfig({ ...smallest, pad_token_id: null }).bert.paddingId).toBeUndefined();
    expect(parseHuggingFaceConfig({ ...smallest, pad_token_id: 4 }).bert.paddingId).toBe(4);
  });

  test.each([
    [{ activation_fn: "torch.nn.modules.linear.Identity" }, undefined, true],
    [undefined, "torch.nn.modules.linear.Identity", true],
    [{ version: "3.0.0" }, "torch.nn.modules.linear.Identity", true],
    [undefined, "torch.nn.modules.activation.Sigmoid", undefined],
    [undefined, null, undefined],
    [{ activation_fn: "torch.nn.modules.activation.Sigmoid" }, "torch.nn.modules.linear.Identity", undefined],
    [{ activation_fn: null }, "torch.nn.modules.linear.Identity", undefined],
  ])("a cross-encoder's activation: %j, before sentence-transformers 4 %j", (settings, older, plainScores) => {
    const fields = { sentence_transformers: settings, sbert_ce_default_activation_function: older };
    expect(parseHuggingFaceConfig({ ...smallest, ...fields }).plainScores).toBe(plainScores);
  });

  test("null means missing", () => {
    const { problem, classifierDropout } = parseHuggingFaceConfig({
      ...smallest,
      problem_type: null,
      classifier_dropout: null,
    });
    expect([problem, classifierDropout]).toEqual([undefined, undefined]);
  });
});

test.each([
  [{ model_type: "roberta" }, /"model_type" must be "bert", got "roberta"/],
  [{ position_embedding_type: "rotary" }, /"position_embedding_type" must be one of absolute, .*, got "rotary"/],
  [{ add_cross_attention: true }, /"add_cross_attention" must be false/],
  [{ pruned_heads: { 0: [1] } }, /"pruned_heads" must be empty/],
  [{ pad_token_id: 30 }, /paddingId: must be an id below vocabularySize 30, got 30/],
  [{ is_decoder: true }, /"is_decoder" must be false, got true/],
  [{ tie_word_embeddings: "no" }, /"tie_word_embeddings" must be true or false/],
  [{ hidden_size: undefined }, /"hidden_size" must be a number, got nothing/],
  [{ hidden_size: "8" }, /"hidden_size" must be a number, got "8"/],
  [{ hidden_size: 9 }, /attentionHeads/],
  [{ hidden_act: "mish" }, /"hidden_act" must be one of gelu, .*, got "mish"/],
  [{ hidden_act: "constructor" }, /got "constructor"/],
  [{ id2label: { 1: "a", 2: "b" } }, /"id2label" must name every number from 0 on/],
  [{ id2label: {} }, /"id2label"/],
  [{ id2label: { 0: "a", 1: null } }, /got 2 entries and .* for 1/],
  [{ problem_type: "guess" }, /"problem_type" must be one of single_label_classification/],
  [{ architectures: "BertModel" }, /"architectures" must be a list of strings/],
])("rejects %o", (fields, message) => {
  expect(() => parseHuggingFaceConfig({ ...smallest, ...fields })).toThrow(message);
});

describe("published files", () => {
  const read = async (...path: string[]): Promise<FolderConfig> =>
    parseHuggingFaceConfig(JSON.parse(await readFile(join(...path), "utf8")) as Record<string, unknown>);

  test.skipIf(!sharedModels)("all-MiniLM-L6-v2 (skipped without the shared models)", async () => {
    const { bert, architectures } = await read(sharedModels!, "all-MiniLM-L6-v2/config.json");
    expect(bert).toMatchObject({ vocabularySize: 30522, hiddenLayers: 6, hiddenSize: 384, attentionHeads: 12 });
    expect(architectures).toEqual(["BertModel"]);
  });

  test.skipIf(!sharedData)("a published model for named entities (skipped without the shared data)", async () => {
    const config = await read(sharedData!, "checkpoints/pytorch-zip-bert-ner-L1-H16/config.json");
    expect(config.architectures).toEqual(["BertForTokenClassification"]);
    expect(config.labels?.length).toBeGreaterThan(1);
  });
});
