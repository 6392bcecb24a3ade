import { type Rng, Dense, Dropout, Embedding, LayerNorm } from "../index.ts";

/** A small model with a list, a tied variable and a part without variables. */
export function network(rng: Rng) {
  const embedding = new Embedding({ count: 5, size: 4, rng });
  return {
    embedding,
    blocks: [{ dense: new Dense({ inputSize: 4, outputSize: 3, rng }), norm: new LayerNorm({ size: 3 }) }],
    tied: { table: embedding.table },
    dropout: new Dropout(0.5),
  };
}
