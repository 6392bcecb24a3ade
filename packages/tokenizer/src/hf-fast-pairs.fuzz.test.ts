// Pairs of real lines in hf-fast against the Rust library, truncated by every strategy and stride: the first lines of
// each file in `npm test`, all with `npm run fuzz`, each pair with one of the four vocabularies.
// encoding/truncation.test.ts covers random text and padding.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import type * as Rust from "tokenizers";
import { expect, test } from "vitest";
import { exhaustive } from "./__fixtures__/awkward-text.ts";
import { type Comparable, inRust, ours, rust, theirs } from "./__fixtures__/rust-tokenizer.ts";
import { sharedLines, vocabularyNames } from "./__fixtures__/shared-lines.ts";
import { tokenizerToJson } from "./files/index.ts";
import { bertTokenizer, parseVocabulary, type Encoding, type Tokenizer } from "./index.ts";
import { encodeWindows } from "./windows/index.ts";

const batchSize = 1000;
const strategies = { longest_first: "LongestFirst", only_first: "OnlyFirst", only_second: "OnlySecond" } as const;
const truncations = Object.keys(strategies) as (keyof typeof strategies)[];
const maxLengths = [12, 16, 24, 32, 48, 64, 96, 128];
const longestLine = 250; // the numbers of windows of the two lines multiply
const noSequences = new Int32Array(0);
const strides = [0, 1, 2, 3, 5, 8, 16];

/** A tokenizer.json that only adds the template and truncates, with the special tokens as its vocabulary. */
function withoutPieces(tokenizer: Tokenizer): string {
  type File = { added_tokens: { content: string; id: number }[]; model: object };
  const json = JSON.parse(tokenizerToJson(tokenizer)) as File;
  const vocab = Object.fromEntries(json.added_tokens.map(({ content, id }) => [content, id]));
  return JSON.stringify({ ...json, model: { ...json.model, vocab } });
}

/** An encoding without the type ids of overflowing windows, where the library gives the second text type 0. */
function compared(encoding: Comparable, window: number): object {
  return window === 0 ? encoding : { ...encoding, tokenTypeIds: undefined };
}

// The lines are only in the shared data.
test.skipIf(!sharedData).each(exhaustive ? vocabularyNames : vocabularyNames.slice(0, 1))(
  "each line with the next, truncated: %s",
  async (name) => {
    const vocabulary = parseVocabulary(readFileSync(join(sharedData!, "vocab", name, "vocab.txt"), "utf8"));
    const tokenizer = bertTokenizer({ vocabulary, lowercase: name.endsWith("uncased") });
    const whole = inRust(tokenizer);
    const json = withoutPieces(tokenizer);
    const truncating = new Map<string, Rust.Tokenizer>();
    const counts = { pairs: 0, windows: 0, rejected: 0 };
    let turn = 0;
    for (const all of sharedLines()) {
      const lines = (exhaustive ? all : all.slice(0, 11)).filter((line) => line.length <= longestLine);
      for (let from = 0; from < lines.length - 1; from += batchSize) {
        const texts = lines.slice(from, from + batchSize + 1);
        // Encodes the texts without truncation first: 0.23 loses overflow otherwise (huggingface/tokenizers#2091).
        const encoded = await whole.encodeBatch(texts, { addSpecialTokens: false });
        for (let i = 0; i + 1 < texts.length; i++, turn++) {
          if (exhaustive && turn % vocabularyNames.length !== vocabularyNames.indexOf(name)) continue;
          const pair: [string, string] = [texts[i]!, texts[i + 1]!];
          const choice = Math.floor(turn / vocabularyNames.length);
          const truncation = truncations[choice % truncations.length]!;
          const maxLength = maxLengths[Math.floor(choice / 3) % maxLengths.length]!;
          // The library crashes on a larger stride, even if nothing is truncated.
          const stride = Math.min(strides[Math.floor(choice / 24) % strides.length]!, maxLength - 5);
          let own: Encoding[];
          try {
            own = encodeWindows(tokenizer, ...pair, { maxLength, stride, truncation });
          } catch (error) {
            // A sequence cannot be truncated that far, or the stride makes no progress in one sequence.
            expect(String(error)).toMatch(/would have to remove|stride must be less/);
            counts.rejected++;
            continue;
          }
          const key = `${maxLength} ${stride} ${truncation}`;
          let reference = truncating.get(key);
          if (!reference) {
            reference = rust.Tokenizer.fromString(json);
            reference.setTruncation(maxLength, { stride, strategy: strategies[truncation] as never });
            truncating.set(key, reference);
          }
          const expected = reference.postProcess(encoded[i]!, encoded[i + 1]!, true);
          const their = [expected, ...expected.getOverflowing()];
          const mine = own.map((window, w) => compared(ours(window), w));
          const other = their.map((window, w) => compared(theirs(window, pair, own[w]?.sequenceIds ?? noSequences), w));
          if (JSON.stringify(mine) !== JSON.stringify(other))
            expect(mine, JSON.stringify({ pair, maxLength, stride, truncation })).toEqual(other);
          counts.pairs++;
          counts.windows += own.length - 1;
        }
      }
    }
    if (exhaustive)
      process.stdout.write(
        `${name}: ${counts.pairs} pairs with ${counts.windows} overflowing windows, no difference; ${counts.rejected} rejected\n`,
      );
  },
  exhaustive ? 0 : 60_000,
);
