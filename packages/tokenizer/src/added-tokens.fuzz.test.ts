// Added tokens of every kind, compared with the Rust library: few in `npm test`, many with `npm run fuzz`.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exhaustive, fuzzCases } from "./__fixtures__/awkward-text.ts";
import { ours, rust, theirs } from "./__fixtures__/rust-tokenizer.ts";
import { smallVocabulary } from "./__fixtures__/small-vocabulary.ts";
import { tokenizerFromFiles, tokenizerToJson } from "./files/index.ts";
import { bertTokenizer } from "./index.ts";
import { BertNormalizer } from "./normalizers/bert-normalizer.ts";

const textsPerSet = 20;

/** Whitespace, words, parts of words, characters that normalizers change or drop, and symbols. */
const parts = fc.constantFrom(
  ..."\n, ,\t,\r\n,\n\n, \n ,\u00a0,\u3000,\u0085,\u2028,\u000b,\u001c,\ufeff,\u200b".split(","),
  ..."a,A,b,ab,aba,a b,é,É,e\u0301,\u0301,İ,ß,Ω,ΟΔΟΣ,東,東京,한,1,_,-,.,[X],<s>,##a,\u00ad,\u200d,😀,👩🏽‍🚀,\u{20000}".split(
    ",",
  ),
);
interface FileToken {
  content: string;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
}

/**
 * Two kinds crash the library: a token that normalizes to the empty string, and a whitespace token with only lstrip
 * after a token that already consumed the whitespace.
 */
function survivable<Token extends FileToken>(token: Token, normalizer: BertNormalizer): Token {
  const folded = normalizer.normalize(token.content).text;
  const normalized = token.normalized && folded !== "";
  const isBlank = /^\p{White_Space}*$/u.test(normalized ? folded : token.content);
  return { ...token, normalized, rstrip: token.rstrip || (token.lstrip && isBlank) };
}

const content = fc.array(parts, { minLength: 1, maxLength: 3 }).map((some) => some.join(""));
const addedTokens = fc.uniqueArray(
  fc.record({
    content,
    single_word: fc.boolean(),
    lstrip: fc.boolean(),
    rstrip: fc.boolean(),
    normalized: fc.boolean(),
    special: fc.boolean(),
  }),
  { selector: (token) => token.content, minLength: 1, maxLength: 5 },
);
const cases = addedTokens.chain((tokens) =>
  fc.record({
    tokens: fc.constant(tokens),
    lowercase: fc.boolean(),
    texts: fc.array(
      fc
        .array(fc.oneof(fc.constantFrom(...tokens.map((token) => token.content)), parts), { maxLength: 8 })
        .map((some) => some.join("")),
      { minLength: textsPerSet, maxLength: textsPerSet },
    ),
  }),
);

test(
  "are found as the Rust library finds them",
  async () => {
    const vocabulary = await smallVocabulary();
    const json = [false, true].map((lowercase) => tokenizerToJson(bertTokenizer({ vocabulary, lowercase })));
    const normalizers = [false, true].map((lowercase) => new BertNormalizer({ lowercase }));
    const count = Math.ceil(fuzzCases(2000) / textsPerSet);
    const different: object[] = [];
    let compared = 0;
    const seed = Number(process.env["BERTKIT_FUZZ_SEED"] ?? 1);
    for (let batch = 0; compared < count * textsPerSet; batch++) {
      for (const { tokens, lowercase, texts } of fc.sample(cases, {
        numRuns: Math.min(count, 500),
        seed: seed * 10_007 + batch,
      })) {
        const file = JSON.parse(json[Number(lowercase)]!) as { added_tokens: object[] };
        const normalizer = normalizers[Number(lowercase)]!;
        let next = vocabulary.size; // the library accepts no other id
        const spellings = new Set<string>();
        for (const token of tokens.map((one) => survivable(one, normalizer))) {
          // Which of two tokens with the same normalized text the library finds is random.
          const spelling = token.normalized ? normalizer.normalize(token.content).text : `as given ${token.content}`;
          if (spellings.has(spelling)) continue;
          spellings.add(spelling);
          const id = vocabulary.id(token.content) ?? next++;
          file.added_tokens.push({ id, ...token });
        }
        const tokenizerJson = JSON.stringify(file);
        const reference = rust.Tokenizer.fromString(tokenizerJson);
        const tokenizer = tokenizerFromFiles({ tokenizerJson });
        const expected = await reference.encodeBatch(texts);
        for (const [i, text] of texts.entries()) {
          const encoding = tokenizer.encode(text);
          // A deliberate difference: `tokens` spells an added token as the vocabulary does.
          const [mine, other] = [
            ours(encoding),
            theirs(expected[i]!, [text], new Int32Array(expected[i]!.getIds().length)),
          ].map((one) => ({
            ...one,
            tokens: undefined,
          }));
          if (JSON.stringify(mine) !== JSON.stringify(other)) different.push({ tokens, lowercase, text, mine, other });
          compared++;
        }
      }
    }
    different.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
    expect(different.length, JSON.stringify({ seed, different: different.slice(0, 3) })).toBe(0);
    if (exhaustive) process.stdout.write(`added tokens: ${compared} texts, no difference\n`);
  },
  exhaustive ? 0 : 60_000,
);

test.each([
  ["a\n\nb", ["\n"]],
  ["a \n \n\n b\n", ["\n", "\n"]],
  ["\n".repeat(300_000), ["\n"]],
])("a whitespace token that strips on both sides matches once per run: %j", async (text, expected) => {
  const vocabulary = await smallVocabulary();
  const usual = { singleWord: false, leftStrip: false, rightStrip: false, normalized: false, special: true };
  const special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"].map((content) => {
    return { ...usual, content, id: vocabulary.id(content)! };
  });
  const lineEnd = { ...usual, content: "\n", id: vocabulary.size, leftStrip: true, rightStrip: true };
  const tokenizer = bertTokenizer({ vocabulary, addedTokens: [...special, lineEnd] });
  expect(tokenizer.encode(text).tokens.filter((token) => token === "\n")).toEqual(expected);
});
