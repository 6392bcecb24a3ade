import { attack, type Attack } from "@bertkit/testing/attacks";
import { tokenizerFromJson } from "../files/index.ts";
import { tokenizerJson, pieces, times } from "./small-tokenizer.ts";

const template = (parts: object): object => ({
  post_processor: {
    type: "TemplateProcessing",
    single: [{ Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { x: { id: "x", ids: [4], tokens: ["x"] } },
    ...parts,
  },
});
const json = (name: string, text: () => string, rejected?: RegExp): Attack =>
  attack(`tokenizer.json: ${name}`, text, (source) => tokenizerFromJson(source), rejected);

export const tokenizerJsonAttacks: readonly Attack[] = [
  json("20 MB of [", () => `{"model":${"[".repeat(20_000_000)}`, /nested deeper than 64/),
  json(
    "a type nested 100,000 deep",
    () => tokenizerJson().replace('"WordPiece"', "[".repeat(100_000) + "]".repeat(100_000)),
    /type must be a string, got a list/,
  ),
  json(
    "an id of four billion",
    () => tokenizerJson({}, { vocab: { ...pieces(), x: 4_294_967_294 } }),
    /has 4294967294 as the id of "x"/,
  ),
  json("an id beyond 2^32", () => tokenizerJson({}, { vocab: { ...pieces(), x: 2 ** 40 } }), /as the id of "x"/),
  json("a fractional id", () => tokenizerJson({}, { vocab: { ...pieces(), x: 1.5 } }), /has 1.5 as the id of "x"/),
  json(
    "ids with a gap of ten million",
    () => tokenizerJson({}, { vocab: { ...pieces(), x: 10_000_000 } }),
    /no token with id 5/,
  ),
  json(
    "a piece of 1 MB twice",
    () => tokenizerJson({}, { vocab: { ...pieces(), ["x".repeat(1_000_000)]: 4 } }),
    /both "\[MASK\]" and "x+…"/,
  ),
  json(
    "all UTF-16 units",
    () =>
      tokenizerJson(
        {},
        {
          vocab: {
            ...pieces(),
            ["x".repeat(1_000_000)]: 5,
            [times(65_536, (i) => String.fromCharCode(65_535 - i)).join("")]: 6,
          },
        },
      ),
    /pieces must be fewer characters, got \d+/,
  ),
  json("all UTF-16 units but one", () =>
    tokenizerJson(
      {},
      {
        vocab: { ...pieces(), ["x".repeat(1_000_000)]: 5, [times(65_535, (i) => String.fromCharCode(i)).join("")]: 6 },
      },
    ),
  ),
  json(
    "words of no character",
    () => tokenizerJson({}, { max_input_chars_per_word: 0 }),
    /max_input_chars_per_word must be a whole number from 1 to 10000, got 0/,
  ),
  json(
    "words of 1e9 characters",
    () => tokenizerJson({}, { max_input_chars_per_word: 1e9 }),
    /max_input_chars_per_word must be/,
  ),
  json(
    "words of half a character",
    () => tokenizerJson({}, { max_input_chars_per_word: 0.5 }),
    /max_input_chars_per_word must be/,
  ),
  json(
    "100,000 added tokens",
    () => tokenizerJson({ added_tokens: times(100_000, (id) => ({ id, content: `<${id}>` })) }),
    /the maximum is 16384/,
  ),
  json(
    "an added token of 1 MB",
    () => tokenizerJson({ added_tokens: [{ id: 1, content: "x".repeat(1_000_000) }] }),
    /the maximum is 256/,
  ),
  json(
    "a fractional id of an added token",
    () => tokenizerJson({ added_tokens: [{ id: 1.5, content: "x" }] }),
    /id must be a whole number from 0 to 16777215, got 1.5/,
  ),
  json(
    "a negative id of an added token",
    () => tokenizerJson({ added_tokens: [{ id: -1, content: "x" }] }),
    /id must be a whole number/,
  ),
  json(
    "a template of 100,000 texts",
    () => tokenizerJson(template({ single: times(100_000, () => ({ Sequence: { id: "A" } })) })),
    /has more than 64/,
  ),
  json(
    "a template that repeats the text",
    () => tokenizerJson(template({ single: times(3, () => ({ Sequence: { id: "A" } })) })),
    /has a sequence twice/,
  ),
  json(
    "a special token of 100,000 ids",
    () =>
      tokenizerJson(
        template({ single: [{ SpecialToken: { id: "x" } }], special_tokens: { x: { ids: times(100_000, () => 1) } } }),
      ),
    /has more than 64/,
  ),
  json(
    "a special token whose id is text",
    () => tokenizerJson(template({ single: [{ SpecialToken: { id: "x" } }], special_tokens: { x: { ids: ["1"] } } })),
    /ids has "1"/,
  ),
  json(
    "a special token called __proto__",
    () => tokenizerJson(template({ single: [{ SpecialToken: { id: "__proto__" } }] })),
    /names "__proto__", which/,
  ),
  json(
    "a second text where there is one",
    () => tokenizerJson(template({ single: [{ Sequence: { id: "B" } }] })),
    /has the sequence "B"/,
  ),
  json(
    "a type id of half",
    () => tokenizerJson(template({ single: [{ Sequence: { id: "A", type_id: 0.5 } }] })),
    /type_id must be a whole number/,
  ),
  json(
    "a type id below 0",
    () => tokenizerJson(template({ single: [{ Sequence: { id: "A", type_id: -1 } }] })),
    /type_id must be a whole number/,
  ),
];
