import { expect, test } from "vitest";
import { charToToken, utf8 } from "./alignment/index.ts";
import { BertNormalizer, bertTemplate, bertTokenizer, Tokenizer, Vocabulary, WordPieceDecoder } from "./index.ts";
import { DecodeStream } from "./parts/index.ts";
import { trainWordPiece } from "./training/index.ts";
import { encodeWindows } from "./windows/index.ts";

const vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat"]);
const tokenizer = bertTokenizer({ vocabulary });

test.each([
  [() => tokenizer.encode("the", undefined, { maxlength: 8 } as never), "encode: an option must be one of "],
  [() => tokenizer.encode("the", undefined, { stride: 1 } as never), "got stride"],
  [() => tokenizer.encodeBatch(["the"], { offsets: "utf16" } as never), "encodeBatch: an option must be one of "],
  [() => tokenizer.encodeRagged(["the"], { offsetUnit: "utf16" } as never), "got offsetUnit"],
  [
    () => tokenizer.decode([4], { skipSpecial: true } as never),
    "decode: an option must be one of skipSpecialTokens cleanUp, got skipSpecial.",
  ],
  [() => new DecodeStream(tokenizer, { cleanup: true } as never), "got cleanup"],
  [() => bertTokenizer({ vocabulary, lowerCase: true } as never), "got lowerCase"],
  [() => bertTokenizer({ vocabulary, specialTokens: { unk: "a" } } as never), "got unk"],
  [
    () => bertTokenizer({ vocabulary: ["a"] } as never),
    "bertTokenizer: vocabulary must be a Vocabulary, got an array.",
  ],
  [
    () => bertTokenizer({ vocabulary, neverSplit: "the" } as never),
    "neverSplit must be an array, such as [text], got the.",
  ],
  [() => bertTokenizer({ vocabulary, neverSplit: ["the", null] } as never), "neverSplit[1] must be a text, got null."],
  [
    () => bertTokenizer({ vocabulary, addedTokens: [null] } as never),
    "addedTokens[0] must be { content, id }, got null.",
  ],
  [() => bertTokenizer({ vocabulary, addedTokens: [{ content: "the", id: "x" }] } as never), "must be { content, id }"],
  [
    () => bertTokenizer({ vocabulary, dialect: {} } as never),
    "dialect must be one of @bertkit/tokenizer/dialects, got",
  ],
  [() => vocabulary.id(5 as never), "Vocabulary.id: token must be a text, got 5."],
  [() => new Vocabulary(["a", null] as never), "Vocabulary: pieces[1] must be a text, got null."],
  [() => encodeWindows(tokenizer, "the", undefined, { maxLength: 4, overlap: 1 } as never), "got overlap"],
  [() => tokenizer.encode(null as never), "encode: text must be a text, got null."],
  [() => tokenizer.encode(["the", "the"] as never), "encode: text must be a text, got an array."],
  [() => tokenizer.encode("the", ["the"] as never), "encode: pair must be a text, got an array."],
  [() => tokenizer.tokenize(["the"] as never), "encode: text must be a text, got an array."],
  [() => tokenizer.encode("the", null as never), "encode: text must be a text, got null."],
  [
    () => tokenizer.encodeWords("the cat" as never),
    "encodeWords: words must be an array, such as [text], got the cat.",
  ],
  [() => tokenizer.encodeWords(["the", 4] as never), "got 4"],
  [() => tokenizer.encodeBatch("the" as never), "encodeBatch: inputs must be an array, such as [text], got the."],
  [
    () => tokenizer.encodeBatch(["the", null] as never),
    "encodeBatch: inputs[1] must be a text or a pair of texts, got null.",
  ],
  [() => tokenizer.encodeBatch([["the"]] as never), "inputs[0] must be a text or a pair of texts, got an array."],
  [
    () => tokenizer.encodeBatch(Object.assign([], { 1: "the" })),
    "inputs[0] must be a text or a pair of texts, got undefined.",
  ],
  [() => tokenizer.encodeBatch({} as never), "inputs must be an array, such as [text], got object."],
  [() => tokenizer.encodeBatch(Object.create(null) as never), "got object."],
  [
    () => tokenizer.encodeWords(["the"], "cat" as never),
    "encodeWords: pair must be an array, such as [text], got cat.",
  ],
  [
    () => new Tokenizer({ ...tokenizer.parts, model: undefined } as never),
    "Tokenizer: model must be a part, got undefined.",
  ],
  [
    () => bertTemplate({ token: "a" } as never, tokenizer.special.separator),
    "tokens[0] must be { token, id }, got object.",
  ],
  [() => new BertNormalizer().normalize(null as never), "normalize: text must be a text, got null."],
  [() => new WordPieceDecoder().decode(["a", null] as never), "decode: tokens[1] must be a text, got null."],
  [() => charToToken(null as never, 0), "alignment: encoding must be a result of encode, got null."],
  [() => utf8(5 as never), "OffsetUnit: text must be a text, got 5."],
  [() => tokenizer.decode(null as never), "decode: ids must be an array, got null."],
])("rejects %s", (call, message) => {
  expect(call).toThrow(TypeError);
  expect(call).toThrow(message);
});

test.each([
  [() => tokenizer.encode("the", undefined, { truncation: "longest" as never }), "truncation must be longest_first or"],
  [
    () => tokenizer.encode("the", undefined, { padding: true as never }),
    "padding must be longest or max_length, got true.",
  ],
  [
    () => tokenizer.encodeBatch(["the"], { paddingSide: "Left" as never }),
    "paddingSide must be right or left, got Left.",
  ],
  [
    () => tokenizer.encode("the", undefined, { padToMultipleOf: 0 }),
    "padToMultipleOf must be a whole number of at least 1",
  ],
  [
    () => tokenizer.encodeBatch(["the"], { padToMultipleOf: NaN }),
    "padToMultipleOf must be a whole number of at least 1",
  ],
  [() => tokenizer.encode("the", undefined, { maxLength: NaN }), "maxLength must be a whole number"],
  [() => tokenizer.encode("the", undefined, { maxLength: 2.5 }), "maxLength must be a whole number"],
  [() => bertTokenizer({ vocabulary, maxWordCharacters: 0 }), "maxWordCharacters must be a whole number of at least 1"],
  [() => encodeWindows(tokenizer, "the", undefined, { maxLength: 4, stride: 0.5 }), "stride must be a whole number"],
  [
    () => encodeWindows(tokenizer, "the", undefined, {} as never),
    "encodeWindows: maxLength must be a whole number, got",
  ],
])("rejects %s", (call, message) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});

test("treats undefined as omitted", () => {
  const options = { maxLength: undefined, padding: undefined, truncation: undefined, padToMultipleOf: undefined };
  expect([...tokenizer.encode("the cat", undefined, options).ids]).toEqual([...tokenizer.encode("the cat").ids]);
  const specialTokens = { unknown: undefined } as never;
  expect(bertTokenizer({ vocabulary, specialTokens }).special.unknown.id).toBe(1);
});

test("trainWordPiece rejects a text for a corpus, by its type too", async () => {
  // @ts-expect-error a text is iterable, letter by letter
  const trained = trainWordPiece("the cat", { vocabularySize: 30 });
  await expect(trained).rejects.toThrow(
    'trainWordPiece: the corpus must be a list of texts, got "the cat". A text would be',
  );
  await expect(trainWordPiece(["the", null] as never, { vocabularySize: 30 })).rejects.toThrow(
    "trainWordPiece: text 1 of the corpus must be a text, got null.",
  );
  for (const options of [
    { vocabularySize: NaN },
    { vocabularySize: 30, minFrequency: -1 },
    { vocabularySize: 30, limitAlphabet: 0.5 },
  ])
    await expect(trainWordPiece(["the"], options)).rejects.toThrow(RangeError);
  await expect(trainWordPiece(["the"], { vocabularySize: 30, vocabSize: 3 } as never)).rejects.toThrow("got vocabSize");
});
