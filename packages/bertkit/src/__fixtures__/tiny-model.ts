import { type Bert, type BertConfig, bertSizes, createBert } from "@bertkit/encoder";
import { QuestionAnswerer, SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";
import { bertTokenizer, type Tokenizer, Vocabulary } from "@bertkit/tokenizer";

const words = "the a good bad film plot was is not very , . ! ##s ##ly zebra eclair".split(" ");

export const tinyTokenizer: Tokenizer = bertTokenizer({
  vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]),
});

export const tinyConfig: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: tinyTokenizer.vocabulary.size,
  hiddenSize: 16,
  attentionHeads: 2,
  intermediateSize: 32,
  maxPositionEmbeddings: 24,
  initializerRange: 0.3,
};

interface Tiny {
  config: BertConfig;
  tokenizer: Tokenizer;
  encoder: Bert;
  rng: Rng;
}

function tiny(overrides: Partial<BertConfig> = {}): Tiny {
  const config = { ...tinyConfig, ...overrides };
  const rng = new Rng(5);
  return { config, tokenizer: tinyTokenizer, encoder: createBert(config, rng), rng };
}

export function tinyEncoderModel(overrides?: Partial<BertConfig>): Omit<Tiny, "rng"> {
  const { rng: _, ...model } = tiny(overrides);
  return model;
}

export function tinyMaskedLmModel(overrides?: Partial<BertConfig>): Tiny & { maskedLm: MaskedLmHead } {
  const model = tiny(overrides);
  return { ...model, maskedLm: new MaskedLmHead({ ...model.config, encoder: model.encoder, rng: model.rng }) };
}

export function tinyPretrainingModel(): ReturnType<typeof tinyMaskedLmModel> & { nextSentence: NextSentenceHead } {
  const model = tinyMaskedLmModel();
  return { ...model, nextSentence: new NextSentenceHead({ encoder: model.encoder, rng: model.rng, initializerRange: 0.3 }) };
}

export function tinyClassifierModel(
  problem: SequenceClassifier["problem"] = "single-label",
  labels: string[] = ["bad", "good", "so-so"],
): Tiny & { classifier: SequenceClassifier<Bert> } {
  const model = tiny();
  const { encoder, rng } = model;
  return {
    ...model,
    classifier: new SequenceClassifier({ encoder, rng, labels, problem, dropout: 0.2, initializerRange: 0.3 }),
  };
}

export function tinyTokenClassifierModel(): Tiny & { tokenClassifier: TokenClassifier<Bert> } {
  const model = tiny({ pooler: false });
  const { encoder, rng } = model;
  return { ...model, tokenClassifier: new TokenClassifier({ encoder, rng, labels: ["O", "B-ANIMAL"] }) };
}

export function tinyQuestionModel(): Tiny & { questionAnswerer: QuestionAnswerer<Bert> } {
  const model = tiny({ pooler: false });
  const { encoder, rng } = model;
  return { ...model, questionAnswerer: new QuestionAnswerer({ encoder, rng, initializerRange: 0.3 }) };
}
