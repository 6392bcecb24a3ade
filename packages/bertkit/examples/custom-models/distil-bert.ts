// Loads DistilBERT folders, as an example of your own family:
// fromPretrained("distilbert/distilbert-base-uncased", { families: [myDistilBert] }).
import { BertEmbeddings, bertDefaults, createBert } from "@bertkit/encoder";
import { denseNames, embeddingNames, encoderFamily, normNames } from "bertkit";

export const myDistilBert = encoderFamily({
  name: "my DistilBERT",
  modelType: "distilbert",
  prefix: "distilbert.",
  encoder: (fields, rng) => {
    const config = {
      ...bertDefaults,
      vocabularySize: fields.count("vocab_size"),
      hiddenSize: fields.count("dim"),
      hiddenLayers: fields.count("n_layers"),
      attentionHeads: fields.count("n_heads"),
      intermediateSize: fields.count("hidden_dim"),
      maxPositionEmbeddings: fields.count("max_position_embeddings"),
      activation: fields.activation("activation", "gelu"),
      pooler: false,
    };
    return createBert(config, rng, { embeddings: new BertEmbeddings({ ...config, typeVocabularySize: 0 }, rng) });
  },
  names: () => [
    ...embeddingNames("embeddings.word", "embeddings.word_embeddings"),
    ...embeddingNames("embeddings.position", "embeddings.position_embeddings"),
    ...normNames("embeddings.norm", "embeddings.LayerNorm"),
    ...denseNames("layers.{i}.attention.query", "transformer.layer.{i}.attention.q_lin"),
    ...denseNames("layers.{i}.attention.key", "transformer.layer.{i}.attention.k_lin"),
    ...denseNames("layers.{i}.attention.value", "transformer.layer.{i}.attention.v_lin"),
    ...denseNames("layers.{i}.attention.output", "transformer.layer.{i}.attention.out_lin"),
    ...normNames("layers.{i}.attentionNorm", "transformer.layer.{i}.sa_layer_norm"),
    ...denseNames("layers.{i}.feedForward.expand", "transformer.layer.{i}.ffn.lin1"),
    ...denseNames("layers.{i}.feedForward.contract", "transformer.layer.{i}.ffn.lin2"),
    ...normNames("layers.{i}.feedForwardNorm", "transformer.layer.{i}.output_layer_norm"),
  ],
});
