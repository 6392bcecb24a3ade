// `generated.test.ts` runs this in separate processes: tokenizer files with mutated fields, and random texts.
import { damagedJson } from "@bertkit/testing/damaged-json";
import type { Dice } from "@bertkit/testing/dice";
import { fuzzTarget, type FuzzTarget } from "@bertkit/testing/fuzz-cases";
import { tokenizerFromFiles, type TokenizerFiles, tokenizerToJson } from "../files/index.ts";
import type { Tokenizer } from "../tokenizer.ts";

const words = ["the", "a", "##s", "##ing", "film", "é", "ß", "中", ".", ",", "[", "##", "un", "##able", "A"];
const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words];
const special = (content: string, id: number): object => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
const sequence = (id: string, typeId: number): object => ({ Sequence: { id, type_id: typeId } });
const put = (id: string, typeId = 0): object => ({ SpecialToken: { id, type_id: typeId } });

/** As the Rust library writes it. */
const tokenizerJson = {
  version: "1.0",
  truncation: null,
  padding: { strategy: "BatchLongest", pad_id: 0, pad_token: "[PAD]" },
  added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(special),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [put("[CLS]"), sequence("A", 0), put("[SEP]")],
    pair: [put("[CLS]"), sequence("A", 0), put("[SEP]"), sequence("B", 1), put("[SEP]", 1)],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
    },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
  },
};
const tokenizerConfig = {
  do_lower_case: true,
  strip_accents: null,
  tokenize_chinese_chars: true,
  model_max_length: 512,
  cls_token: "[CLS]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  unk_token: "[UNK]",
  mask_token: "[MASK]",
  name_or_path: "bert-base-uncased",
  added_tokens_decoder: { 0: { content: "[PAD]" }, 4: { content: "[MASK]", lstrip: true } },
};
const specialTokensMap = { cls_token: "[CLS]", mask_token: { content: "[MASK]", lstrip: true, rstrip: true } };
const others = {
  added_tokens: [[special("film", 17)], [special(" ", 20), special("  ", 21)], [special("x", 1)], [special("", 20)]],
  normalizer: [{ type: "Sequence", normalizers: [] }],
  pre_tokenizer: [{ type: "Whitespace" }],
  post_processor: [{ type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] }],
};

function text(dice: Dice): string {
  const parts = [...words, ...vocabulary, "\u0301", "\ud800", "😀", "\u00a0", " ", " ", "\n", "films", "unable"];
  return dice.several(0, 12, () => dice.pick(parts)).join(dice.pick(["", " "]));
}

interface Case {
  readonly files: TokenizerFiles;
  readonly texts: readonly [string, string];
}

function json(dice: Dice): Case {
  const damaged = dice.once(20) ? tokenizerJson : damagedJson(tokenizerJson, dice, others);
  const config = dice.once(2) ? {} : { tokenizerConfig: damagedSettings(tokenizerConfig, dice) };
  return { files: { tokenizerJson: cut(JSON.stringify(damaged), dice), ...config }, texts: [text(dice), text(dice)] };
}

function settings(dice: Dice): Case {
  const tokens = [...vocabulary];
  while (dice.once(3))
    tokens.splice(
      dice.integer(0, tokens.length),
      dice.integer(0, 2),
      dice.pick(["", "\r", "a", "x y", "\ud800", "w".repeat(3000)]),
    );
  return {
    files: {
      vocab: tokens.join(dice.pick(["\n", "\n", "\r\n"])),
      tokenizerConfig: damagedSettings(tokenizerConfig, dice),
      ...(dice.once(2) && { specialTokensMap: damagedSettings(specialTokensMap, dice) }),
    },
    texts: [text(dice), text(dice)],
  };
}

function damagedSettings(original: object, dice: Dice): string {
  return cut(JSON.stringify(dice.once(3) ? original : damagedJson(original, dice)), dice);
}

function cut(source: string, dice: Dice): string {
  return dice.once(50) ? source.slice(0, dice.integer(0, source.length)) : source;
}

function read({ files, texts: [first, second] }: Case): void {
  const tokenizer = tokenizerFromFiles(files);
  check(tokenizer, first, second);
  check(tokenizerFromFiles({ tokenizerJson: tokenizerToJson(tokenizer) }), first, second);
}

function check(tokenizer: Tokenizer, first: string, second: string): void {
  for (const pair of [undefined, second]) {
    const { ids, length } = tokenizer.encode(first, pair);
    if (ids.length !== length) throw new Error(`${ids.length} ids, ${length} long`);
    if (!ids.every((id) => Number.isInteger(id) && id >= 0)) throw new Error(`ids ${ids.join()}`);
    if (typeof tokenizer.decode(ids) !== "string") throw new Error("no text");
  }
}

export const targets: readonly FuzzTarget[] = [
  fuzzTarget("tokenizer.json with settings", json, read),
  fuzzTarget("vocab.txt with settings", settings, read),
];
