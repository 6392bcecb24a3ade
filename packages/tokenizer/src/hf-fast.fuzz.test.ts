// hf-fast against the Rust library: few texts in `npm test`, many with `npm run fuzz`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { awkwardText, exhaustive, fuzzCases } from "./__fixtures__/awkward-text.ts";
import { inRust, ours, theirs } from "./__fixtures__/rust-tokenizer.ts";
import { sharedLines, vocabularyNames } from "./__fixtures__/shared-lines.ts";
import { smallVocabulary } from "./__fixtures__/small-vocabulary.ts";
import { bertTokenizer, parseVocabulary, type Tokenizer } from "./index.ts";

const batchSize = 1000;
const optionSets = [
  { lowercase: true },
  { lowercase: false },
  { lowercase: true, stripAccents: false },
  { lowercase: false, stripAccents: true },
  { lowercase: true, cleanText: false, isolateChineseCharacters: false },
];

/** The texts whose two encodings differ, at most ten. Offsets must slice the input text. */
async function differences(
  tokenizer: Tokenizer,
  reference: ReturnType<typeof inRust>,
  texts: readonly string[],
): Promise<object[]> {
  const found: object[] = [];
  const expected = await reference.encodeBatch([...texts]);
  for (const [i, text] of texts.entries()) {
    const encoding = tokenizer.encode(text);
    const [mine, other] = [ours(encoding), theirs(expected[i]!, [text], encoding.sequenceIds)];
    if (JSON.stringify(mine) !== JSON.stringify(other) && found.length < 10) found.push({ text, mine, other });
    for (let token = 0; token < encoding.length; token++) {
      const [start, end] = [encoding.offsets[2 * token]!, encoding.offsets[2 * token + 1]!];
      if (start > end || end > text.length) found.push({ text, start, end });
    }
  }
  return found;
}

test.each(optionSets)(
  "any text: %o",
  async (options) => {
    const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary(), ...options });
    const reference = inRust(tokenizer);
    const cases = fuzzCases(2000) / optionSets.length;
    const seed = Number(process.env["BERTKIT_FUZZ_SEED"] ?? 1);
    let done = 0;
    for (let batch = 0; done < cases; batch++, done += batchSize) {
      const texts = fc.sample(awkwardText, {
        numRuns: Math.min(batchSize, cases - done),
        seed: (seed * 1_000_003 + batch) * optionSets.length + optionSets.indexOf(options),
      });
      const different = await differences(tokenizer, reference, texts);
      expect(different, JSON.stringify({ seed, batch, different })).toEqual([]);
    }
  },
  exhaustive ? 0 : 60_000,
);

test("very long words", async () => {
  const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  const texts = ["a", "é", "e\u0301", "\u0344", "東", "\u{20000}", "\ud800", "👩🏽‍🚀", "[MASK]", "a-", "\u0323\u0307"].map(
    (part) => part.repeat(100_000 / part.length),
  );
  expect(await differences(tokenizer, inRust(tokenizer), texts)).toEqual([]);
});

// The corpora are only in the shared data.
test.each(exhaustive && sharedData !== undefined ? vocabularyNames : [])(
  "every line of the shared data: %s",
  async (name) => {
    const vocabulary = parseVocabulary(readFileSync(join(sharedData!, "vocab", name, "vocab.txt"), "utf8"));
    const tokenizer = bertTokenizer({ vocabulary, lowercase: name.endsWith("uncased") });
    const reference = inRust(tokenizer);
    let [files, lines] = [0, 0];
    for (const all of sharedLines()) {
      for (let at = 0; at < all.length; at += batchSize)
        expect(await differences(tokenizer, reference, all.slice(at, at + batchSize))).toEqual([]);
      files++;
      lines += all.length;
    }
    process.stdout.write(`${name}: ${lines} lines of ${files} files, no difference\n`);
  },
  0,
);
