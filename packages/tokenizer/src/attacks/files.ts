// Malicious tokenizer files and texts that once took seconds, or hung.
import { attack, type Attack } from "@bertkit/testing/attacks";
import { tokenizerFromFiles, tokenizerFromJson } from "../files/index.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { parseVocabulary } from "../vocabulary/parse-vocabulary.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const pieces = (extra: readonly string[] = []): Record<string, number> =>
  Object.fromEntries([...special, ...extra].map((token, id) => [token, id]));
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** A tokenizer.json with some fields replaced. */
function file(root: object = {}, model: object = {}): string {
  return JSON.stringify({
    normalizer: { type: "BertNormalizer" },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] },
    ...root,
    model: { type: "WordPiece", vocab: pieces(), ...model },
  });
}
const template = (parts: object): object => ({
  post_processor: {
    type: "TemplateProcessing",
    single: [{ Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { x: { id: "x", ids: [4], tokens: ["x"] } },
    ...parts,
  },
});
const json = (name: string, text: () => string, refused?: RegExp): Attack =>
  attack(`tokenizer.json: ${name}`, text, (source) => tokenizerFromJson(source), refused);
const text = (name: string, make: () => string): Attack =>
  attack(`text: ${name}`, make, (source) => plain().encode(source));
const plain = (): Tokenizer =>
  tokenizerFromFiles({ vocab: [...special, "a", "##a", `##${"a".repeat(90)}b`, ""].join("\n") });

/** A piece whose edges nearly all hash to the first slots of the trie's table. */
function collidingPiece(length: number): string {
  let bits = 6;
  while (0.7 * (1 << bits) <= length) bits++;
  const [mask, places] = [(2 << bits) - 2, 1 << bits];
  let inverse = 1; // of 12085 modulo a power of two, by Newton's method
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(12_085, inverse));
  let free = 0; // slots below are taken
  let node = mask + 3;
  let piece = "";
  while (piece.length < length) {
    let unit = 0;
    let wanted = 0;
    for (; unit === 0 || unit === 10 || unit > 0xffff; wanted += 2)
      unit = (Math.imul((wanted - ((node * 31) & mask)) >> 1, inverse) >>> 0) % places;
    free = Math.max(free, wanted - 2) + 2;
    node = free - 1;
    piece += String.fromCharCode(unit);
  }
  return piece;
}

const training = (name: string, make: () => string): Attack =>
  attack(`training: ${name}`, make, async (corpus) =>
    (await import("../training/index.ts")).trainWordPiece([corpus], { vocabularySize: 8000, minFrequency: 1 }),
  );
/** Pseudorandom letters from a to h. */
function letters(count: number, seed = 1): string {
  let state = seed + 1;
  return times(count, () => String.fromCharCode(97 + ((state = Math.imul(state, 1_103_515_245) + 12_345) >>> 29))).join(
    "",
  );
}
const added = (name: string, count: number, content: (i: number) => string, source: string): Attack =>
  attack(
    `text: ${name}`,
    () => tokenizerFromJson(file({ added_tokens: times(count, (i) => ({ id: 5 + i, content: content(i) })) })),
    (tokenizer) => tokenizer.encode(source),
  );

export const attacks: readonly Attack[] = [
  json("20 MB of [", () => `{"model":${"[".repeat(20_000_000)}`, /nested deeper than 64/),
  json(
    "a type nested 100,000 deep",
    () => file().replace('"WordPiece"', "[".repeat(100_000) + "]".repeat(100_000)),
    /type must be a string, got a list/,
  ),
  json(
    "an id of four billion",
    () => file({}, { vocab: { ...pieces(), x: 4_294_967_294 } }),
    /has 4294967294 as the id of "x"/,
  ),
  json("an id beyond 2^32", () => file({}, { vocab: { ...pieces(), x: 2 ** 40 } }), /as the id of "x"/),
  json("a fractional id", () => file({}, { vocab: { ...pieces(), x: 1.5 } }), /has 1.5 as the id of "x"/),
  json(
    "ids with a gap of ten million",
    () => file({}, { vocab: { ...pieces(), x: 10_000_000 } }),
    /no token with id 5/,
  ),
  json(
    "a piece of 1 MB twice",
    () => file({}, { vocab: { ...pieces(), ["x".repeat(1_000_000)]: 4 } }),
    /both "\[MASK\]" and "x+…"/,
  ),
  json(
    "all UTF-16 units",
    () =>
      file(
        {},
        {
          vocab: {
            ...pieces(),
            ["x".repeat(1_000_000)]: 5,
            [times(65_536, (i) => String.fromCharCode(65_535 - i)).join("")]: 6,
          },
        },
      ),
    /contain every UTF-16 unit/,
  ),
  json("all UTF-16 units but one", () =>
    file(
      {},
      {
        vocab: { ...pieces(), ["x".repeat(1_000_000)]: 5, [times(65_535, (i) => String.fromCharCode(i)).join("")]: 6 },
      },
    ),
  ),
  json(
    "words of no character",
    () => file({}, { max_input_chars_per_word: 0 }),
    /max_input_chars_per_word must be a whole number from 1 to 10000, got 0/,
  ),
  json(
    "words of 1e9 characters",
    () => file({}, { max_input_chars_per_word: 1e9 }),
    /max_input_chars_per_word must be/,
  ),
  json(
    "words of half a character",
    () => file({}, { max_input_chars_per_word: 0.5 }),
    /max_input_chars_per_word must be/,
  ),
  json(
    "100,000 added tokens",
    () => file({ added_tokens: times(100_000, (id) => ({ id, content: `<${id}>` })) }),
    /the maximum is 16384/,
  ),
  json(
    "an added token of 1 MB",
    () => file({ added_tokens: [{ id: 1, content: "x".repeat(1_000_000) }] }),
    /the maximum is 256/,
  ),
  json(
    "a fractional id of an added token",
    () => file({ added_tokens: [{ id: 1.5, content: "x" }] }),
    /id must be a whole number from 0 to 16777215, got 1.5/,
  ),
  json(
    "a negative id of an added token",
    () => file({ added_tokens: [{ id: -1, content: "x" }] }),
    /id must be a whole number/,
  ),
  json(
    "a template of 100,000 texts",
    () => file(template({ single: times(100_000, () => ({ Sequence: { id: "A" } })) })),
    /has more than 64/,
  ),
  json(
    "a template that repeats the text",
    () => file(template({ single: times(3, () => ({ Sequence: { id: "A" } })) })),
    /has a sequence twice/,
  ),
  json(
    "a special token of 100,000 ids",
    () =>
      file(
        template({ single: [{ SpecialToken: { id: "x" } }], special_tokens: { x: { ids: times(100_000, () => 1) } } }),
      ),
    /has more than 64/,
  ),
  json(
    "a special token whose id is text",
    () => file(template({ single: [{ SpecialToken: { id: "x" } }], special_tokens: { x: { ids: ["1"] } } })),
    /ids has "1"/,
  ),
  json(
    "a special token called __proto__",
    () => file(template({ single: [{ SpecialToken: { id: "__proto__" } }] })),
    /names "__proto__", which/,
  ),
  json(
    "a second text where there is one",
    () => file(template({ single: [{ Sequence: { id: "B" } }] })),
    /has the sequence "B"/,
  ),
  json(
    "a type id of half",
    () => file(template({ single: [{ Sequence: { id: "A", type_id: 0.5 } }] })),
    /type_id must be a whole number/,
  ),
  json(
    "a type id below 0",
    () => file(template({ single: [{ Sequence: { id: "A", type_id: -1 } }] })),
    /type_id must be a whole number/,
  ),
  attack(
    "vocab.txt: a piece whose units all hash to one slot",
    () => `${special.join("\n")}\n${collidingPiece(80_000)}\n`,
    (vocab) => tokenizerFromFiles({ vocab }),
  ),
  attack(
    "vocab.txt: 2 MB of carriage returns",
    () => "\r".repeat(2_000_000),
    (vocab) => parseVocabulary(vocab),
  ),
  attack(
    "vocab.txt: a piece of 5 MB twice",
    () => `${"x".repeat(5_000_000)}\n`.repeat(2),
    (vocab) => parseVocabulary(vocab),
    /vocab.txt: .*is token 1 \(line 2\)|too many/,
  ),
  attack(
    "tokenizer_config.json: 100,000 unknown ids",
    () => ({ added_tokens_decoder: Object.fromEntries(times(100_000, (i) => [String(i + 100), {}])) }),
    (tokenizerConfig) => tokenizerFromFiles({ vocab: special.join("\n"), tokenizerConfig }),
    /"added_tokens_decoder" has no content for the id 100/,
  ),
  attack(
    "options: a stride that is not a number",
    () => plain(),
    async (tokenizer) =>
      (await import("../windows/index.ts")).encodeWindows(tokenizer, "a a a a a a", undefined, {
        maxLength: 4,
        stride: NaN,
      }),
    /stride must be a whole number/,
  ),
  attack(
    "options: words of no character",
    () => new Vocabulary(special),
    async (vocabulary) => (await import("../bert-tokenizer.ts")).bertTokenizer({ vocabulary, maxWordCharacters: 0 }),
    /maxWordCharacters must be a whole number of at least 1/,
  ),
  training("one word of 1 MB of few letters", () => letters(1_000_000)),
  training("one word of 1 MB of one letter", () => "a".repeat(1_000_000)),
  training("100 words of 10,000 letters, each twice", () =>
    `${times(100, (i) => letters(10_000, i)).join(" ")} `.repeat(2),
  ),
  added(
    "a text that starts thousands of added tokens",
    16_384,
    (i) => `${String.fromCharCode(0x4e00 + i)}x`,
    "一倀".repeat(250_000),
  ),
  added("a text that almost completes added tokens", 250, (i) => `${"a".repeat(i)}b`, "a".repeat(500_000)),
  text("300,000 accents on one letter", () => `a${"\u0301\u0323".repeat(150_000)}`),
  text("words that almost match a long piece", () => `${"a".repeat(99)} `.repeat(5000)),
  text("one word of 2 MB", () => "a".repeat(2_000_000)),
  text("300,000 capital sigmas and dots", () => "Σ·".repeat(150_000)),
  text("1 MB of opening brackets", () => "[".repeat(1_000_000)),
];
