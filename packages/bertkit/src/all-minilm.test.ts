import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { readSafetensors, type SafetensorsFile } from "@bertkit/checkpoints";
import { bertInputs } from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import { sharedModels } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromPretrained } from "./model/from-pretrained.ts";
import type { Pretrained } from "./model/pretrained.ts";
import { featureExtraction } from "./inference/feature-extraction.ts";

// Plain JavaScript takes seconds for a few texts, so only some of the reference is compared there.
const some = [0, 7]; // English, Chinese
const cases = [
  { backend: "node", rows: 8, embedded: Array.from({ length: 32 }, (_, i) => i) },
  { backend: "cpu", rows: 1, embedded: some },
] as const;
const close = { absolute: 1e-5, relative: 0 };

describe.skipIf(!sharedModels).each(cases)(
  "all-MiniLM-L6-v2 on $backend (skipped without the shared models)",
  ({ backend, rows, embedded }) => {
    let model: Pretrained;
    let reference: SafetensorsFile["tensors"];
    const floats = (name: string): Float32Array => reference.get(name)!.data as Float32Array;

    beforeAll(async () => {
      await useBackend(backend);
      const path = join(sharedModels!, "all-MiniLM-L6-v2");
      model = await fromPretrained(path);
      reference = readSafetensors(await readFile(join(path, "reference/outputs.safetensors"))).tensors;
    });
    afterAll(() => model.dispose());

    test("has no unused tensors", () => {
      expect(model.unused).toEqual([]);
      expect([model.maskedLm, model.classifier]).toEqual([undefined, undefined]);
    });

    test("hidden states, attentions and pooled output of a padded batch", () => {
      const [, length] = reference.get("input_ids")!.shape as [number, number];
      const ids = (name: string): Int32Array => (reference.get(name)!.data as Int32Array).slice(0, rows * length);
      tf.tidy(() => {
        const inputs = bertInputs({
          inputIds: ids("input_ids"),
          attentionMask: ids("attention_mask"),
          tokenTypeIds: ids("token_type_ids"),
          shape: [rows, length],
          skipPadding: false, // the reference also has vectors of padding
        });
        const outputs = model.encoder.forward(inputs, inference, { hiddenStates: true, attentions: true });
        const compare = (tensor: tf.Tensor, name: string): void =>
          expect(tensor.dataSync(), name).toBeAllClose(floats(name).subarray(0, tensor.size), close);
        expect(outputs.hiddenStates).toHaveLength(7);
        outputs.hiddenStates!.forEach((states, i) => compare(states, `hidden_states.${i}`));
        outputs.attentions!.forEach((probabilities, i) => compare(probabilities, `attentions.${i}`));
        compare(outputs.pooledOutput!, "pooled_output");
      });
    });

    test("input ids of every text, sentence embeddings", async () => {
      const path = join(sharedModels!, "all-MiniLM-L6-v2/reference/texts.json");
      const texts = JSON.parse(await readFile(path, "utf8")) as { text: string; input_ids: number[] }[];
      for (const { text, input_ids } of texts)
        expect([...model.tokenizer.encode(text, undefined, { maxLength: 256 }).ids], text).toEqual(input_ids);
      const embed = featureExtraction(model); // pooling, normalization and the maximum of 256 tokens come from the folder
      const embeddings = floats("sentence_embeddings");
      const vectors = await embed(embedded.map((i) => texts[i]!.text));
      embedded.forEach((text, i) =>
        expect(vectors[i], texts[text]!.text).toBeAllClose(embeddings.subarray(text * 384, (text + 1) * 384), close),
      );
    });
  },
);
