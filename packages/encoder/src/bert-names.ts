import type { NameRule } from "@bertkit/nn";

/**
 * Hugging Face's names of a BERT encoder's variables (`BertModel`, without the `bert.` prefix). In old files, the
 * weight and bias of norms are called gamma and beta.
 */
export const bertNames: readonly NameRule[] = [
  embedding("word", "word_embeddings"),
  embedding("position", "position_embeddings"),
  embedding("tokenType", "token_type_embeddings"),
  ...norm("embeddings.norm", "embeddings.LayerNorm"),
  ...dense("layers.{i}.attention.query", "encoder.layer.{i}.attention.self.query"),
  ...dense("layers.{i}.attention.key", "encoder.layer.{i}.attention.self.key"),
  ...dense("layers.{i}.attention.value", "encoder.layer.{i}.attention.self.value"),
  {
    path: "layers.{i}.attention.positions.distance.table",
    name: "encoder.layer.{i}.attention.self.distance_embedding.weight",
  },
  ...dense("layers.{i}.attention.output", "encoder.layer.{i}.attention.output.dense"),
  ...norm("layers.{i}.attentionNorm", "encoder.layer.{i}.attention.output.LayerNorm"),
  ...dense("layers.{i}.feedForward.expand", "encoder.layer.{i}.intermediate.dense"),
  ...dense("layers.{i}.feedForward.contract", "encoder.layer.{i}.output.dense"),
  ...norm("layers.{i}.feedForwardNorm", "encoder.layer.{i}.output.LayerNorm"),
  ...dense("pooler.dense", "pooler.dense"),
];

function embedding(path: string, name: string): NameRule {
  return { path: `embeddings.${path}.table`, name: `embeddings.${name}.weight` };
}

function dense(path: string, name: string): NameRule[] {
  return [
    { path: `${path}.kernel`, name: `${name}.weight`, transpose: true },
    { path: `${path}.bias`, name: `${name}.bias` },
  ];
}

function norm(path: string, name: string): NameRule[] {
  return [
    { path: `${path}.gamma`, name: `${name}.weight`, aliases: [`${name}.gamma`] },
    { path: `${path}.beta`, name: `${name}.bias`, aliases: [`${name}.beta`] },
  ];
}
