import { type Bert, createBert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import { bertTokenizer, type Tokenizer, Vocabulary } from "@bertkit/tokenizer";

const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const words = "good fine bad awful film plot was the a very not ann bob lives works in at paris oslo acme , .".split(" ");
const continuations = ["##ly", "##ish", "##s"];

/** A tokenizer with thirty pieces. */
export function tinyTokenizer(): Tokenizer {
  return bertTokenizer({ vocabulary: new Vocabulary([...specials, ...words, ...continuations]), lowercase: true });
}

/** An encoder for it, small enough to train in a test. */
export function tinyEncoder(seed = 0, changes: { pooler?: boolean; initializerRange?: number; hiddenDropout?: number } = {}): Bert {
  return createBert(
    {
      vocabularySize: specials.length + words.length + continuations.length,
      hiddenSize: 8,
      hiddenLayers: 1,
      attentionHeads: 2,
      intermediateSize: 16,
      maxPositionEmbeddings: 64,
      typeVocabularySize: 2,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      layerNormEpsilon: 1e-12,
      activation: "gelu",
      initializerRange: 0.3,
      pooler: true,
      ...changes,
    },
    new Rng(seed),
  );
}
