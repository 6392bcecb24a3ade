import type { NameRule } from "@bertkit/nn";

/**
 * The names of a BERT encoder's variables in google-research/bert's TensorFlow 1 checkpoints (modeling.py). Matrices
 * are [input, output], as in bertkit.
 */
export const bertTensorflowNames: readonly NameRule[] = [
  { path: "embeddings.word.table", name: "bert/embeddings/word_embeddings" },
  { path: "embeddings.position.table", name: "bert/embeddings/position_embeddings" },
  { path: "embeddings.tokenType.table", name: "bert/embeddings/token_type_embeddings" },
  ...norm("embeddings.norm", "bert/embeddings/LayerNorm"),
  ...dense("layers.{i}.attention.query", "bert/encoder/layer_{i}/attention/self/query"),
  ...dense("layers.{i}.attention.key", "bert/encoder/layer_{i}/attention/self/key"),
  ...dense("layers.{i}.attention.value", "bert/encoder/layer_{i}/attention/self/value"),
  ...dense("layers.{i}.attention.output", "bert/encoder/layer_{i}/attention/output/dense"),
  ...norm("layers.{i}.attentionNorm", "bert/encoder/layer_{i}/attention/output/LayerNorm"),
  ...dense("layers.{i}.feedForward.expand", "bert/encoder/layer_{i}/intermediate/dense"),
  ...dense("layers.{i}.feedForward.contract", "bert/encoder/layer_{i}/output/dense"),
  ...norm("layers.{i}.feedForwardNorm", "bert/encoder/layer_{i}/output/LayerNorm"),
  ...dense("pooler.dense", "bert/pooler/dense"),
];

/**
 * The names of a BERT encoder's variables in TensorFlow Model Garden's `BertEncoder` (official/nlp, TF Hub's
 * `bert_en_uncased_…`), whose attention matrices have a separate axis for the heads.
 */
export const bertModelGardenNames: readonly NameRule[] = [
  { path: "embeddings.word.table", name: "word_embeddings/embeddings" },
  {
    path: "embeddings.position.table",
    name: "position_embedding/embeddings",
    aliases: ["position_embedding/position_embeddings"],
  },
  { path: "embeddings.tokenType.table", name: "type_embeddings/embeddings" },
  ...norm("embeddings.norm", "embeddings/layer_norm"),
  ...reshaped(dense("layers.{i}.attention.query", "transformer/layer_{i}/self_attention/query")),
  ...reshaped(dense("layers.{i}.attention.key", "transformer/layer_{i}/self_attention/key")),
  ...reshaped(dense("layers.{i}.attention.value", "transformer/layer_{i}/self_attention/value")),
  ...reshaped(dense("layers.{i}.attention.output", "transformer/layer_{i}/self_attention/attention_output")),
  ...norm("layers.{i}.attentionNorm", "transformer/layer_{i}/self_attention_layer_norm"),
  ...dense("layers.{i}.feedForward.expand", "transformer/layer_{i}/intermediate"),
  ...dense("layers.{i}.feedForward.contract", "transformer/layer_{i}/output"),
  ...norm("layers.{i}.feedForwardNorm", "transformer/layer_{i}/output_layer_norm"),
  ...dense("pooler.dense", "pooler_transform"),
];

function dense(path: string, name: string): NameRule[] {
  return ["kernel", "bias"].map((part) => ({ path: `${path}.${part}`, name: `${name}/${part}` }));
}

function norm(path: string, name: string): NameRule[] {
  return ["gamma", "beta"].map((part) => ({ path: `${path}.${part}`, name: `${name}/${part}` }));
}

function reshaped(rules: readonly NameRule[]): NameRule[] {
  return rules.map((rule) => ({ ...rule, reshape: true }));
}
