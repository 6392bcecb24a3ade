import { readSafetensors, type StoredTensor } from "@bertkit/checkpoints";

import transformers4 from "../__fixtures__/transformers-4.json" with { type: "json" };
import transformers5 from "../__fixtures__/transformers-5.json" with { type: "json" };

/** A tiny checkpoint, and the outputs of Hugging Face transformers: see tooling/reference/hugging_face.py. */
export interface HuggingFaceFixture {
  readonly name: string;
  readonly tokens: readonly string[];
  readonly config: object;
  /** model.safetensors */
  readonly weights: Uint8Array;
  /** The batch, `outputs.…`, `loss`, and `gradients.…` by the file's names */
  readonly reference: ReadonlyMap<string, StoredTensor>;
}

export const fixtures: readonly HuggingFaceFixture[] = [transformers5, transformers4].flatMap(({ tokens, cases }) =>
  cases.map(({ name, config, weights, reference }) => ({
    name,
    tokens,
    config,
    weights: bytesOf(weights),
    reference: readSafetensors(bytesOf(reference)).tensors,
  })),
);

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
