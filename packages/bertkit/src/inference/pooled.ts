import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { SentenceEmbedder, type SentencePooling } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";
import { RowRunner } from "./row-runner.ts";

/** Computes vectors by any pooling, with a cached runner for each. */
export class PooledVectors {
  readonly #encoder: Encoder;
  readonly #paddingId: number;
  readonly #runners: Map<string, RowRunner> = new Map();

  constructor(encoder: Encoder, paddingId: number) {
    this.#encoder = encoder;
    this.#paddingId = paddingId;
  }

  /** @param pooling "none" for the vector of every token */
  runner(pooling: "none" | SentencePooling | readonly SentencePooling[]): RowRunner {
    const name = String(pooling);
    let runner = this.#runners.get(name);
    if (runner === undefined) this.#runners.set(name, (runner = this.#newRunner(pooling)));
    return runner;
  }

  #newRunner(pooling: "none" | SentencePooling | readonly SentencePooling[]): RowRunner {
    const encoder = this.#encoder;
    if (pooling === "none")
      return new RowRunner(
        (batch: EncoderInputs): tf.Tensor => encoder.forward(batch, inference).sequenceOutput,
        "tokens",
        this.#paddingId,
      );
    const embedder = new SentenceEmbedder({ encoder, pooling });
    return new RowRunner((batch) => embedder.predict(batch), "row", this.#paddingId);
  }

  dispose(): void {
    for (const runner of this.#runners.values()) runner.dispose();
  }
}

/** Scales a vector to unit length, in place. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.max(Math.sqrt(squares), 1e-12);
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
