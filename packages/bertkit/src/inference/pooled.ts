import type { EncodedBatch, Encoder, EncoderInputs } from "@bertkit/encoder";
import { SentenceEmbedder, type SentenceModuleFiles, type SentenceModules, type SentencePooling } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import { sentenceSettings } from "../model/sentence-files.ts";
import type { FeatureModel } from "./feature-extraction.ts";
import { ModelFunction } from "./model-function.ts";
import { allInputs, dynamicAxes, RowRunner } from "./row-runner.ts";

/** The names of the two tensors of one graph. */
const [ofTokens, pooled] = ["tokens", "pooled"] as const;

/**
 * Computes vectors by any pooling, with a cached runner for each. The vectors of tokens and those of the usual pooling
 * come from one graph.
 */
export class PooledVectors {
  readonly #encoder: Encoder;
  readonly #paddingId: number;
  readonly #usual: SentencePooling;
  readonly #shared: ModelFunction<EncoderInputs>;
  readonly #runners: Map<string, RowRunner> = new Map();

  /** @param usual the pooling that is expected */
  constructor(encoder: Encoder, paddingId: number, usual: SentencePooling = "mean") {
    this.#encoder = encoder;
    this.#paddingId = paddingId;
    this.#usual = usual;
    this.#shared = new ModelFunction((batch, only) => {
      if (only === pooled) return new SentenceEmbedder({ encoder, pooling: usual }).predict(batch);
      const outputs = encoder.forward(batch, inference);
      if (only === ofTokens) return outputs.sequenceOutput;
      const { hiddenSize, hasPooler } = encoder;
      const computed: Encoder = { hiddenSize, hasPooler, forward: () => outputs };
      const embedder = new SentenceEmbedder({ encoder: computed, pooling: usual });
      return { [ofTokens]: outputs.sequenceOutput, [pooled]: embedder.predict(batch) };
    }, dynamicAxes);
  }

  /** The vectors of all tokens of a canary, padding included, if they come from a graph for all sizes. */
  async tokens(canary: EncodedBatch): Promise<Float32Array | undefined> {
    return (await this.#shared.takesAnySize()) ? this.#shared.numbers(allInputs(canary), true, ofTokens) : undefined;
  }

  /** @param pooling "none" for the vector of every token */
  runner(pooling: "none" | SentencePooling | readonly SentencePooling[]): RowRunner {
    const name = String(pooling);
    let runner = this.#runners.get(name);
    if (runner === undefined) this.#runners.set(name, (runner = this.#newRunner(pooling)));
    return runner;
  }

  #newRunner(pooling: "none" | SentencePooling | readonly SentencePooling[]): RowRunner {
    if (pooling === "none") return new RowRunner(this.#shared, "tokens", this.#paddingId, ofTokens);
    // The first token's vector alone is cheaper.
    if (String(pooling) === this.#usual && this.#usual !== "cls")
      return new RowRunner(this.#shared, "row", this.#paddingId, pooled);
    const embedder = new SentenceEmbedder({ encoder: this.#encoder, pooling });
    return new RowRunner((batch) => embedder.predict(batch), "row", this.#paddingId);
  }

  dispose(): void {
    this.#shared.dispose();
    for (const runner of this.#runners.values()) runner.dispose();
  }
}

/** For the pooling that the folder's sentence-transformers files say, if it is one. */
export function pooledVectorsOf({ encoder, tokenizer, sentenceFiles }: Omit<FeatureModel, "config">): PooledVectors {
  const pooling = sentenceFiles === undefined ? [] : (sentenceSettingsOrNone(sentenceFiles).pooling ?? []);
  return new PooledVectors(encoder, tokenizer.special.padding.id, pooling.length === 1 ? pooling[0] : undefined);
}

/** Unsupported settings are an error only of the calls that use them. */
function sentenceSettingsOrNone(files: SentenceModuleFiles): Partial<SentenceModules> {
  try {
    return sentenceSettings(files);
  } catch {
    return {};
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
