import { bertInputs, type EncoderInputs } from "@bertkit/encoder";

const [rows, tokens] = [4, 64] as const;
const lengths = [64, 40, 7, 1];

/** A batch of ids up to 30,000; its rows have 64, 40, 7 and 1 tokens. */
export function paddedBatch(): EncoderInputs {
  const of = (value: (row: number, token: number) => number): Int32Array =>
    Int32Array.from({ length: rows * tokens }, (_, i) => value(Math.floor(i / tokens), i % tokens));
  return bertInputs({
    inputIds: of((row, token) => (7919 * (row * tokens + token)) % 30_000),
    attentionMask: of((row, token) => Number(token < lengths[row]!)),
    tokenTypeIds: of((_, token) => Number(token > 20)),
    shape: [rows, tokens],
  });
}
