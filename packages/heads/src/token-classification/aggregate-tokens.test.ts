import { expect, test } from "vitest";
import { aggregateTokens, type AggregationStrategy } from "./aggregate-tokens.ts";

const labels = ["O", "B-PER", "I-PER", "I-LOC"];
/** "Ann ##a Lee of York": pieces of one word share its id; the probabilities of O, B-PER, I-PER, I-LOC of each. */
const text = "Anna Lee of York";
const tokens = {
  wordIds: Int32Array.of(-1, 0, 0, 1, 2, 3, -1),
  offsets: Int32Array.of(0, 0, 0, 3, 3, 4, 5, 8, 9, 11, 12, 16, 0, 0),
};
const probabilities = Float32Array.from(
  [
    [0.7, 0.1, 0.1, 0.1],
    [0.1, 0.5, 0.3, 0.1],
    [0.6, 0.1, 0.2, 0.1],
    [0.2, 0.1, 0.6, 0.1],
    [0.9, 0.05, 0.05, 0],
    [0.3, 0, 0, 0.7],
    [1, 0, 0, 0],
  ].flat(),
);

function spans(strategy: AggregationStrategy): string[] {
  return aggregateTokens(tokens, probabilities, labels, strategy)
    .filter(({ label }) => label !== "O")
    .map(({ label, score, start, end }) => `${label} ${text.slice(start, end)} ${score.toFixed(3)}`);
}

test.each([
  ["none", ["B-PER Ann 0.500", "I-PER Lee 0.600", "I-LOC York 0.700"]],
  ["simple", ["PER Ann 0.500", "PER Lee 0.600", "LOC York 0.700"]], // the piece in between is O
  ["first", ["PER Anna Lee 0.550", "LOC York 0.700"]],
  ["average", ["PER Lee 0.600", "LOC York 0.700"]], // O 0.35, B-PER 0.3 for "Anna"
  ["max", ["PER Lee 0.600", "LOC York 0.700"]], // the most certain piece of "Anna" is O
] as const)("%s", (strategy, expected) => {
  expect(spans(strategy)).toEqual(expected);
});

test("B- begins a span, E- and S- end one, and a special token separates two", () => {
  const kinds = ["B-X", "I-X", "E-X", "S-X", "X"];
  const joined = (row: readonly string[], wordIds = row.map((_, i) => i)): number[] =>
    aggregateTokens(
      { wordIds: Int32Array.from(wordIds), offsets: new Int32Array(2 * row.length) },
      Float32Array.from(row.flatMap((label) => kinds.map((kind) => (kind === label ? 1 : 0)))),
      kinds,
      "simple",
    ).map(({ tokens: [first, end] }) => end - first);
  expect(joined(["B-X", "I-X", "B-X", "I-X", "E-X", "I-X"])).toEqual([2, 3, 1]);
  expect(joined(["S-X", "I-X", "S-X"])).toEqual([1, 1, 1]);
  expect(joined(["X", "I-X", "X"])).toEqual([3]);
  expect(joined(["I-X", "X", "I-X"], [0, -1, 1])).toEqual([1, 1]);
});

test("rejects an unknown strategy, and probabilities of another length", () => {
  expect(() => spans("last" as "first")).toThrow("aggregateTokens: strategy must be one of none, simple, first");
  expect(() => aggregateTokens(tokens, probabilities.subarray(4), labels)).toThrow(
    "7 tokens and 4 labels need 28 probabilities, got 24",
  );
});
