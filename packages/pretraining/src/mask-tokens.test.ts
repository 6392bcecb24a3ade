import { describe, expect, it } from "vitest";

import { smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { checkInstanceOptions } from "./instance-options.ts";
import { maskTokens } from "./mask-tokens.ts";
import { PythonRandom } from "./python-random.ts";

const sequence = (): Int32Array =>
  Int32Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : i === 50 || i === 99 ? 2 : 4 + ((i * 7) % 36)));

describe("maskTokens", () => {
  it("chooses 15 %: 80 % masked, about 10 % kept, 10 % replaced; never [CLS] or [SEP]", () => {
    const options = checkInstanceOptions({
      vocabulary: { ...smallVocabulary, size: 30000 },
      maxPredictionsPerSequence: 20,
    });
    const random = new PythonRandom(0);
    const counts = { masked: 0, kept: 0, replaced: 0 };
    for (let round = 0; round < 2000; round++) {
      const original = sequence();
      const tokens = sequence();
      const { positions, ids } = maskTokens(tokens, options, random);
      expect(positions.length).toBe(15);
      expect(positions).toEqual(positions.slice().sort());
      expect(ids).toEqual(positions.map((position) => original[position]!));
      for (const position of positions) {
        if (tokens[position] === 3) counts.masked++;
        else if (tokens[position] === original[position]) counts.kept++;
        else counts.replaced++;
      }
      positions.forEach((position, i) => (tokens[position] = ids[i]!));
      expect(tokens).toEqual(original);
      expect(positions.some((position) => [0, 50, 99].includes(position))).toBe(false);
    }
    // 30,000 draws: five standard errors are 0.0115 at 0.8 and 0.0087 at 0.1.
    expect(Math.abs(counts.masked / 30000 - 0.8)).toBeLessThan(0.0115);
    expect(Math.abs(counts.kept / 30000 - 0.1)).toBeLessThan(0.0087);
    expect(Math.abs(counts.replaced / 30000 - 0.1)).toBeLessThan(0.0087);
  });

  it("masks whole words or none of their pieces", () => {
    const options = checkInstanceOptions({ vocabulary: smallVocabulary, wholeWordMasking: true });
    const random = new PythonRandom(2);
    for (let round = 0; round < 200; round++) {
      const hidden = new Set(maskTokens(sequence(), options, random).positions);
      sequence().forEach((id, position) => {
        const before = position - (position === 51 ? 2 : 1); // a continuation after [SEP] belongs to the word before it
        if (id >= 28 && before > 0) expect(hidden.has(position)).toBe(hidden.has(before));
      });
    }
  });

  it("rounds half to even and predicts at least one", () => {
    const count = (length: number): number => {
      const tokens = new Int32Array(length).fill(5);
      return maskTokens(tokens, checkInstanceOptions({ vocabulary: smallVocabulary }), new PythonRandom(0)).positions
        .length;
    };
    expect([5, 10, 30, 50].map(count)).toEqual([1, 2, 4, 8]); // 0.75, 1.5, 4.5, 7.5
    expect(count(2)).toBe(1);
  });
});
