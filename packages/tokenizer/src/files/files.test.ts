import { beforeAll, describe, expect, test } from "vitest";
import { inRust, ours, rust, theirs } from "../__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import { bertTokenizer, type Tokenizer, Vocabulary } from "../index.ts";
import {
  serializeVocabulary,
  specialTokensMapToJson,
  tokenizerConfigToJson,
  tokenizerFromFiles,
  tokenizerFromJson,
  tokenizerToJson,
} from "./index.ts";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = bertTokenizer({ vocabulary: await smallVocabulary(), lowercase: false, neverSplit: ["the"] });
});

describe("tokenizer.json", () => {
  test("the Rust library saves back the file it read, byte for byte", () => {
    const folder = mkdtempSync(join(tmpdir(), "bertkit-"));
    try {
      inRust(tokenizer).save(join(folder, "tokenizer.json"), false);
      expect(readFileSync(join(folder, "tokenizer.json"), "utf8")).toBe(tokenizerToJson(tokenizer).trimEnd());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("round-trips", () => {
    const text = tokenizerToJson(tokenizer);
    expect(tokenizerToJson(tokenizerFromJson(text))).toBe(text);
    expect(tokenizerToJson(tokenizerFromJson(JSON.parse(text) as object))).toBe(text);
  });

  test("added tokens are found as the Rust library finds them", async () => {
    const root = JSON.parse(tokenizerToJson(tokenizer)) as { added_tokens: object[] };
    const size = tokenizer.vocabulary.size;
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
    root.added_tokens.push(
      { ...flags, id: size, content: "<e1>", lstrip: true, rstrip: true },
      { ...flags, id: size + 1, content: "hog", single_word: true },
      { ...flags, id: size + 2, content: "hogs" },
      { ...flags, id: size + 9, content: "fox" },
      { ...flags, id: size + 3, content: "Über fox", normalized: true },
    );
    const text = JSON.stringify(root);
    const mine = tokenizerFromJson(text);
    const reference = rust.Tokenizer.fromString(text);
    for (const sample of [
      "a <e1>  hog",
      "hogs hogma hothog hog_ hog.",
      "foxfox",
      "Über fox U\u0308ber fox",
      "<e1><e1> hogs[MASK]hog 東<e1>京",
      "",
    ]) {
      const encoding = mine.encode(sample);
      const expected = theirs(await reference.encode(sample), [sample], encoding.sequenceIds);
      // The library's tokens are the matched text, whitespace included; here they are those of the vocabulary.
      expect({ ...ours(encoding), tokens: [] }).toEqual({ ...expected, tokens: [] });
    }
    expect(mine.tokenize("a <e1>")).toEqual(["a", "<e1>"]);
  });

  test.each([
    ['{"model":', /tokenizer.json: is not JSON: .*truncated/],
    ["[]", /must be an object, got a list/],
    ["{}", /has no model/],
    ['{"model":{"type":"BPE"}}', /model is BPE, but BERT's is WordPiece/],
    ['{"model":{"type":"WordPiece","vocab":{"a":0,"b":0}}}', /gives id 0 to both "a" and "b"/],
    ['{"model":{"type":"WordPiece","vocab":{"a":0,"b":2}}}', /no token with id 1/],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"ByteLevel"}}',
      /pre_tokenizer is "ByteLevel"/,
    ],
    ['{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"normalizer":{"type":"NFC"}}', /normalizer is "NFC"/],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"added_tokens":[{"id":1}]}',
      /added_tokens\[0\] must have a content and an id/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1}},"added_tokens":[{"id":1,"content":"b"}]}',
      /added_tokens gives id 1 to both "a" and "b"/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"added_tokens":[{"id":1,"content":"b"},{"id":1,"content":"c"}]}',
      /added_tokens gives id 1 to both "b" and "c"/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"added_tokens":[{"id":3,"content":"b"}]}',
      /added_tokens has ids up to 3, but no token has the id 1/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"ByteLevel"}}',
      /decoder is "ByteLevel", only WordPiece is supported/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"normalizer":{"type":"BertNormalizer","lowercase":"yes"}}',
      /lowercase must be a boolean, got "yes"/,
    ],
    [
      '{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"}}',
      /padding token "\[PAD\]" is not in the vocabulary/,
    ],
  ])("%s", (text, message) => {
    expect(() => tokenizerFromJson(text)).toThrow(message);
  });

  test("cannot represent a custom part", () => {
    const parts = {
      ...tokenizer.parts,
      normalizer: { normalize: (text: string) => ({ text, starts: undefined, ends: undefined }) },
      runKinds: undefined,
    };
    const own = new (tokenizer.constructor as new (given: typeof parts) => Tokenizer)(parts);
    expect(own.tokenize("the fox")).toEqual(tokenizer.tokenize("the fox"));
    expect(() => tokenizerToJson(own)).toThrow(/cannot represent the normalizer/);
  });
});

describe("tokenizerFromFiles", () => {
  test("vocab.txt and tokenizer_config.json restore the tokenizer", () => {
    const plain = bertTokenizer({ vocabulary: tokenizer.vocabulary, lowercase: false, stripAccents: true });
    const vocab = serializeVocabulary(plain.vocabulary);
    const read = tokenizerFromFiles({
      vocab,
      tokenizerConfig: tokenizerConfigToJson(plain),
      specialTokensMap: specialTokensMapToJson(plain),
    });
    expect(tokenizerToJson(read)).toBe(tokenizerToJson(plain));
  });

  test("tokenizer_config.json overrides tokenizer.json", () => {
    const read = tokenizerFromFiles({
      tokenizerJson: tokenizerToJson(tokenizer),
      tokenizerConfig: { do_lower_case: true },
    });
    expect(read.lowercase).toBe(true);
    expect(tokenizerFromFiles({ tokenizerJson: tokenizerToJson(tokenizer), tokenizerConfig: {} }).lowercase).toBe(
      false,
    );
  });

  test("special tokens may have other names, as strings or objects", () => {
    const vocab = "<pad>\n<unk>\n<s>\n</s>\na\n";
    const specialTokensMap = {
      pad_token: "<pad>",
      unk_token: { content: "<unk>" },
      cls_token: "<s>",
      sep_token: "</s>",
    };
    const read = tokenizerFromFiles({ vocab, specialTokensMap });
    expect([...read.encode("a b").ids]).toEqual([2, 4, 1, 3]);
    expect(() => read.special.mask).toThrow(/mask token "\[MASK\]" is not in the vocabulary/);
  });

  test.each([
    [
      { vocab: "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na\n" },
      /^vocab\.txt: token 6 \(line 7\) is "a", as token 4 \(line 5\)\. Rename that line to keep all ids\.$/,
    ],
    [{ vocab: "[PAD]\n\n[UNK]\n" }, /^vocab\.txt: token 1 \(line 2\) is empty\. Rename that line/],
    [
      { vocab: "[PAD]\n[UNK]\n[CLS]\na\n" },
      /^vocab\.txt: the separator token "\[SEP\]" is not in the vocabulary of 4\. Add it, or/,
    ],
    [
      { tokenizerJson: '{"model":\n{"type":"WordPiece",' },
      /^tokenizer\.json: is not JSON: .*\(line 2\)\. The file may be truncated/,
    ],
    [
      { tokenizerJson: "{}", tokenizerConfig: '{\n\n"do_lower_case": tru' },
      /^tokenizer_config\.json: is not JSON: .*\(line 3\)/,
    ],
    [
      { vocab: "a\n", tokenizerConfig: { do_lower_case: "no" } },
      /^tokenizer_config\.json: do_lower_case must be a boolean, got "no"/,
    ],
    [
      { vocab: "[PAD]\n[UNK]\n[CLS]\n[SEP]\n", tokenizerConfig: { do_lower_case: true }, name: "bert-base-cased" },
      /^tokenizer_config\.json: do_lower_case is true, but the name "bert-base-cased" says cased\. Correct the flag/,
    ],
    [
      {
        vocab: "[PAD]\n[UNK]\n[CLS]\n[SEP]\n",
        tokenizerConfig: { do_lower_case: false },
        name: "google/uncased_L-2",
      },
      /do_lower_case is false, but the name "google\/uncased_L-2" says uncased/,
    ],
  ])("names the file, the line or key, and the fix: %#", (files, message) => {
    expect(() => tokenizerFromFiles(files)).toThrow(message);
  });

  test("the name sets the case if no flag does, and is checked against tokenizer.json", () => {
    const vocab = serializeVocabulary(tokenizer.vocabulary);
    expect(tokenizerFromFiles({ vocab, name: "bert-base-cased" }).lowercase).toBe(false);
    expect(tokenizerFromFiles({ vocab, name: "bert-base-multilingual-uncased" }).lowercase).toBe(true);
    const tokenizerJson = tokenizerToJson(tokenizer);
    expect(() => tokenizerFromFiles({ tokenizerJson, name: "x/bert-uncased" })).toThrow(
      /^tokenizer\.json: normalizer\.lowercase is false/,
    );
    expect(tokenizerFromFiles({ tokenizerJson, name: "" }).lowercase).toBe(false);
  });

  test("says what is missing", () => {
    expect(() => tokenizerFromFiles({})).toThrow(/neither vocab.txt nor tokenizer.json/);
    expect(() => tokenizerFromFiles({ vocab: "a\n", tokenizerConfig: "<p>" })).toThrow(
      /tokenizer_config.json: is not JSON/,
    );
  });
});

describe("the class of tokenizer_config.json", () => {
  // AutoTokenizer of transformers 5.24 gives the ids of tokenizer.json for PreTrainedTokenizerFast, and for BertTokenizer
  // those of a new tokenizer with its vocabulary and flags.
  const classOf = (made: Tokenizer): unknown =>
    (JSON.parse(tokenizerConfigToJson(made)) as { tokenizer_class: unknown }).tokenizer_class;
  const changed = (change: (root: Record<string, unknown>) => object): Tokenizer =>
    tokenizerFromJson({ ...change(JSON.parse(tokenizerToJson(tokenizer)) as Record<string, unknown>) });

  test("is BertTokenizer if its flags represent the tokenizer", () => {
    const { vocabulary } = tokenizer;
    for (const options of [{}, { lowercase: false, stripAccents: true }, { isolateChineseCharacters: false }])
      expect(classOf(bertTokenizer({ vocabulary, ...options }))).toBe("BertTokenizer");
    expect(classOf(changed((root) => root))).toBe("BertTokenizer");
  });

  test("is PreTrainedTokenizerFast otherwise", () => {
    const { vocabulary } = tokenizer;
    for (const options of [{ cleanText: false }, { continuingPrefix: "@@" }, { maxWordCharacters: 5 }])
      expect(classOf(bertTokenizer({ vocabulary, ...options }))).toBe("PreTrainedTokenizerFast");
    for (const change of [{ normalizer: null }, { pre_tokenizer: { type: "Whitespace" } }, { post_processor: null }])
      expect(classOf(changed((root) => ({ ...root, ...change })))).toBe("PreTrainedTokenizerFast");
  });

  test.each(["PreTrainedTokenizerFast", "TokenizersBackend"])(
    "%s: tokenizer.json says how text is normalized",
    (name) => {
      const flags = { do_lower_case: true, strip_accents: true, tokenize_chinese_chars: false };
      const tokenizerJson = tokenizerToJson(tokenizer);
      const read = tokenizerFromFiles({ tokenizerJson, tokenizerConfig: { tokenizer_class: name, ...flags } });
      expect(tokenizerToJson(read)).toBe(tokenizerJson);
      const bert = tokenizerFromFiles({
        tokenizerJson,
        tokenizerConfig: { tokenizer_class: "BertTokenizer", ...flags },
      });
      expect(bert.lowercase).toBe(true);
    },
  );
});

describe("truncation_side", () => {
  const vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\n";
  test.each([{ vocab }, { tokenizerJson: tokenizerToJson(tokenizerFromFiles({ vocab })) }])(
    "left keeps the end of a text, and is written back: %#",
    (files) => {
      const read = tokenizerFromFiles({ ...files, tokenizerConfig: { truncation_side: "left" } });
      expect([...read.encode("a b c d", undefined, { maxLength: 4 }).ids]).toEqual([2, 7, 8, 3]);
      const again = tokenizerFromFiles({ ...files, tokenizerConfig: tokenizerConfigToJson(read) });
      expect([...again.encode("a b c d", "a b", { maxLength: 6 }).ids]).toEqual([2, 7, 8, 3, 6, 3]);
      const right = tokenizerFromFiles({ ...files, tokenizerConfig: { truncation_side: "right" } });
      expect([...right.encode("a b c d", undefined, { maxLength: 4 }).ids]).toEqual([2, 5, 6, 3]);
      expect(tokenizerConfigToJson(right)).not.toContain("truncation_side");
    },
  );
});

describe("files beside vocab.txt", () => {
  const vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n[e1]\n[unused1]\n";
  const idsOf = (files: object, text: string): number[] => [
    ...tokenizerFromFiles({ vocab, ...files }).encode(text).ids,
  ];

  test("added_tokens.json adds tokens, matched in normalized text", () => {
    expect(idsOf({}, "the [E2]")).toEqual([2, 5, 1, 1, 1, 3]);
    expect(idsOf({ addedTokens: '{"[E2]": 8}' }, "the [E2] [e2]")).toEqual([2, 5, 8, 8, 3]);
  });

  test("added_tokens_decoder sets how each is matched, and replaces added_tokens.json", () => {
    const entry = { content: "[E2]", lstrip: true, normalized: false, special: true };
    const tokenizerConfig = { added_tokens_decoder: { 8: entry } };
    const files = { tokenizerConfig, addedTokens: { "[E3]": 9 } };
    expect(idsOf(files, "the [E2] [E3]")).toEqual([2, 5, 8, 1, 1, 1, 3]);
    expect(tokenizerFromFiles({ vocab, ...files }).decode([5, 8])).toBe("the");
  });

  test("additional special tokens are found in text", () => {
    const specialTokensMap = { additional_special_tokens: ["[unused1]", { content: "[E2]" }] };
    expect(idsOf({ specialTokensMap, addedTokens: { "[E2]": 8 } }, "the[unused1] [E2]")).toEqual([2, 5, 7, 8, 3]);
    expect(() => tokenizerFromFiles({ vocab, specialTokensMap })).toThrow(
      /additional special token "\[E2\]" is neither in the vocabulary nor an added token/,
    );
  });

  test("extra_special_tokens, of transformers 5, are a list or an object", () => {
    for (const extra_special_tokens of [["[unused1]"], { first: "[unused1]" }, [{ content: "[unused1]" }]])
      expect(idsOf({ tokenizerConfig: { extra_special_tokens } }, "the[unused1]the")).toEqual([2, 5, 7, 5, 3]);
    const tokenizerConfig = { extra_special_tokens: [], additional_special_tokens: ["[unused1]"] };
    expect(idsOf({ tokenizerConfig }, "the[unused1]the")).toEqual([2, 5, 7, 5, 3]);
  });

  test.each([
    [{ "[E2]": 5 }, /"\[E2\]" has the id 5, which is that of "the"/],
    [{ "[E2]": 8, "[E3]": 8 }, /"\[E3\]" has the id 8, which is that of "\[E2\]"/],
    [{ the: 8 }, /"the" has the id 8, but 5 in vocab.txt/],
    [{ "[E2]": "8" }, /"\[E2\]" has the id 8, but none in vocab.txt/],
  ])("rejects ids that do not fit: %j", (addedTokens, message) => {
    expect(() => tokenizerFromFiles({ vocab, addedTokens })).toThrow(message);
  });

  test("special tokens have the flags of either file", () => {
    const start = (files: object): number => {
      const { ids, offsets } = tokenizerFromFiles({ vocab, ...files }).encode("the [MASK] the");
      return offsets[2 * ids.indexOf(4)]!;
    };
    const mask = { content: "[MASK]", lstrip: true };
    expect(start({})).toBe(4);
    expect(start({ specialTokensMap: { mask_token: mask } })).toBe(3);
    expect(start({ tokenizerConfig: { mask_token: mask } })).toBe(3);
    expect(start({ tokenizerConfig: { added_tokens_decoder: { 4: { ...mask, special: true } } } })).toBe(3);
  });

  test("beside tokenizer.json, the tokens that it does not list are added", () => {
    const { added_tokens, ...json } = JSON.parse(tokenizerToJson(tokenizerFromFiles({ vocab }))) as {
      added_tokens: { content: string }[];
    };
    const tokenizerJson = { ...json, added_tokens: added_tokens.filter(({ content }) => content !== "[MASK]") };
    const tokenizerConfig = {
      additional_special_tokens: ["[unused1]"],
      added_tokens_decoder: { 8: { content: "NEW" } },
    };
    const ids = (files: object): number[] => [
      ...tokenizerFromFiles({ tokenizerJson, ...files }).encode("the [MASK] [unused1] NEW").ids,
    ];
    expect(ids({}).slice(0, 4)).toEqual([2, 5, 4, 1]);
    expect(ids({ tokenizerConfig })).toEqual([2, 5, 4, 7, 8, 3]);
    expect(ids({ tokenizerConfig })).toEqual(idsOf({ tokenizerConfig }, "the [MASK] [unused1] NEW"));
    expect(() => ids({ tokenizerConfig: { added_tokens_decoder: { 9: { content: "NEW" } } } })).toThrow(
      /added_tokens has ids up to 9, but no token has the id 8/,
    );
  });

  test.each([
    [{ tokenizer_class: "BertJapaneseTokenizer" }, /tokenizer_class is "BertJapaneseTokenizer", which does not split/],
    [{ tokenizer_class: "RobertaTokenizerFast" }, /tokenizer_class is "RobertaTokenizerFast"/],
    [{ do_basic_tokenize: false }, /do_basic_tokenize is false/],
    [{ word_tokenizer_type: "mecab" }, /word_tokenizer_type is "mecab"/],
    [{ subword_tokenizer_type: "character" }, /subword_tokenizer_type is "character"/],
  ])("rejects the settings of a tokenizer that splits otherwise: %j", (tokenizerConfig, message) => {
    expect(() => tokenizerFromFiles({ vocab, tokenizerConfig })).toThrow(message);
  });

  test("accepts the classes whose vocab.txt is BERT's", () => {
    for (const tokenizer_class of ["BertTokenizer", "DistilBertTokenizerFast", "DPRQuestionEncoderTokenizer"])
      expect(idsOf({ tokenizerConfig: { tokenizer_class, word_tokenizer_type: "basic" } }, "the")).toEqual([2, 5, 3]);
  });

  test.each(["a\nb", "a\r", "a ", "a\t"])("vocab.txt cannot hold %j", (token) => {
    const vocabulary = new Vocabulary(["[PAD]", token, "c"]);
    expect(() => serializeVocabulary(vocabulary)).toThrow(/cannot hold the token ".*", id 1\. Write tokenizer\.json/s);
    expect(() => serializeVocabulary(new Vocabulary(["\ufeffa"]))).toThrow(/id 0/);
  });

  test("the folders of name_or_path do not determine the case", () => {
    const of = (config: object): boolean => tokenizerFromFiles({ vocab, tokenizerConfig: config }).lowercase;
    expect(of({ do_lower_case: true, name_or_path: "/data/cased/model" })).toBe(true);
    expect(of({ name_or_path: "/data/cased/model" })).toBe(true);
    expect(of({ name_or_path: "/data/bert-base-cased/" })).toBe(false);
    expect(of({ do_lower_case: true, name_or_path: "google/bert-base-cased" })).toBe(true);
  });

  test.each(["vocab", "tokenizerJson", "tokenizerConfig", "addedTokens"])(
    "a pointer of Git LFS or a web page in the place of %s is named",
    (file) => {
      const load = (text: string): unknown => tokenizerFromFiles({ vocab, [file]: text });
      expect(() => load("version https://git-lfs.github.com/spec/v1\noid sha256:53aa\nsize 231508\n")).toThrow(
        /^\w+\.(txt|json) is a pointer of Git LFS, not the file: run `git lfs pull` in the clone/,
      );
      expect(() => load("<!doctype html>\n<html></html>\n")).toThrow(/^\w+\.(txt|json) is a web page, not the file/);
    },
  );

  test("rejects a misspelled file", () => {
    expect(() => tokenizerFromFiles({ vocab, tokenizerjson: "" } as never)).toThrow(
      /an option must be one of vocab .*got tokenizerjson/,
    );
  });
});
