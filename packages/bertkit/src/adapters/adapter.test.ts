import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { memoryFolder, readSafetensors, writeSafetensors } from "@bertkit/checkpoints";
import { BertEncoder, bertInputs } from "@bertkit/encoder";
import { dispose, inference, LayerNorm, Lora, Rng, trainableVariables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromPretrained } from "../model/from-pretrained.ts";
import type { Pretrained } from "../model/pretrained.ts";
import { loadAdapter } from "./load-adapter.ts";
import { saveAdapter } from "./save-adapter.ts";

// Made by tooling/reference/lora.py with PEFT.
const path = (name: string): string => fileURLToPath(new URL(`../__fixtures__/lora/${name}`, import.meta.url));
const { ids, logits: expected } = JSON.parse(readFileSync(path("outputs.json"), "utf8")) as {
  ids: number[][];
  logits: Record<"base" | "adapted" | "merged", number[][]>;
};

beforeAll(() => tf.setBackend("cpu"));
let model: Pretrained;
let lora: Lora | undefined;
beforeEach(async () => {
  model = await fromPretrained(path("base"));
});
afterEach(() => {
  lora?.dispose();
  lora = undefined;
  model.dispose();
});

function logits(): number[] {
  const flat = ids.flat();
  const batch = {
    inputIds: Int32Array.from(flat),
    attentionMask: Int32Array.from(flat, (id) => (id === 0 ? 0 : 1)),
    tokenTypeIds: new Int32Array(flat.length),
    shape: [2, 5] as const,
  };
  return tf.tidy(() => [...model.classifier!.forward(bertInputs(batch), inference).dataSync()]);
}

function expectClose(found: readonly number[], wanted: readonly number[][]): void {
  found.forEach((value, i) => expect(Math.abs(value - wanted.flat()[i]!)).toBeLessThan(2e-6));
}

test("a PEFT adapter gives PEFT's numbers: attached, detached, merged and unmerged", async () => {
  expectClose(logits(), expected.base);
  lora = await loadAdapter(path("adapter"), model);
  expect([lora.rank, lora.alpha, lora.adapters.size]).toEqual([2, 6, 4]);
  expectClose(logits(), expected.adapted);
  lora.merge();
  expectClose(logits(), expected.merged);
  lora.unmerge();
  expectClose(logits(), expected.adapted);
  expect([...trainableVariables(model).keys()].filter((name) => !name.includes(".adapter."))).toEqual([
    "classifier.dense.kernel",
    "classifier.dense.bias",
  ]);
});

test("settings that keep the computation are accepted", async () => {
  const settings = JSON.parse(readFileSync(path("adapter/adapter_config.json"), "utf8")) as object;
  const usual = { alora_invocation_tokens: null, target_parameters: [], arrow_config: null };
  for (const init_lora_weights of [true, false, "gaussian", "eva", "orthogonal"]) {
    const folder = memoryFolder({
      "adapter_config.json": JSON.stringify({ ...settings, ...usual, init_lora_weights }),
      "adapter_model.safetensors": readFileSync(path("adapter/adapter_model.safetensors")),
    });
    lora = await loadAdapter(folder, model);
    expectClose(logits(), expected.adapted);
    lora.dispose();
  }
});

test("saving gives the same bytes as PEFT, and loads again", async () => {
  lora = await loadAdapter(path("adapter"), model);
  const folder = memoryFolder();
  await saveAdapter(folder, model, lora, { base: "someone/tiny" });
  const ours = readSafetensors((await folder.read("adapter_model.safetensors"))!);
  const theirs = readSafetensors(readFileSync(path("adapter/adapter_model.safetensors")));
  expect([...ours.tensors.values()].map(({ name, shape, data }) => [name, shape, [...data]])).toEqual(
    [...theirs.tensors.values()].map(({ name, shape, data }) => [name, shape, [...data]]),
  );
  const config = JSON.parse(new TextDecoder().decode((await folder.read("adapter_config.json"))!)) as object;
  expect(config).toMatchObject({
    peft_type: "LORA",
    task_type: "SEQ_CLS",
    r: 2,
    lora_alpha: 6,
    modules_to_save: ["classifier"],
    base_model_name_or_path: "someone/tiny",
  });
  const before = logits();
  lora.dispose();
  lora = await loadAdapter(folder, model);
  expect(logits()).toEqual(before);
});

test("an adapter of an encoder alone fits the same encoder under a head", async () => {
  const { classifier: _, ...bare } = model;
  lora = new Lora({ encoder: model.encoder }, { rng: new Rng(3), rank: 1 });
  const folder = memoryFolder();
  await saveAdapter(folder, bare, lora);
  const names = [...readSafetensors((await folder.read("adapter_model.safetensors"))!).tensors.keys()];
  expect(names).toContain("base_model.model.encoder.layer.1.attention.self.value.lora_A.weight");
  lora.dispose();
  lora = await loadAdapter(folder, model);
  expect([...lora.adapters.keys()][0]).toBe("encoder.layers.0.attention.query");
});

test("a trained variable without a name in Hugging Face's model is named", async () => {
  const { hiddenSize, embeddings, layers } = model.encoder;
  const parts = { hiddenSize, embeddings, layers: [...layers] };
  const encoder = new BertEncoder({ ...parts, finalNorm: new LayerNorm({ size: 8 }) });
  const { classifier: _, ...bare } = model;
  lora = new Lora({ encoder }, { rng: new Rng(3), rank: 1, trains: (path) => path.includes("finalNorm") });
  await expect(saveAdapter(memoryFolder(), { ...bare, encoder }, lora)).rejects.toThrow(
    'saveAdapter: "encoder.finalNorm.gamma" is trainable, but has no name in Hugging Face\'s model. Freeze it, or',
  );
  dispose(encoder.finalNorm!);
});

describe("an adapter that cannot be loaded is rejected, and the model does not change", () => {
  const settings = JSON.parse(readFileSync(path("adapter/adapter_config.json"), "utf8")) as object;
  const bytes = readFileSync(path("adapter/adapter_model.safetensors"));
  test.each([
    [{ peft_type: "IA3" }, /"peft_type": "IA3", but only "LORA"/],
    [{ use_dora: true }, /"use_dora": true, but only false/],
    [{ bias: "all" }, /"bias"/],
    [{ rank_pattern: { query: 4 } }, /"rank_pattern"/],
    [{ r: 0 }, /"r": 0, but only a whole number/],
    [{ r: 3 }, /needs lora_A \[3,8\] and lora_B \[8,3\], .* has \[2,8\] and \[8,2\]/],
    [{ lora_alpha: "much" }, /"lora_alpha"/],
    [{ alora_invocation_tokens: [1, 2] }, /"alora_invocation_tokens": \[1,2\], but only null/],
    [{ target_parameters: ["x"] }, /"target_parameters": \["x"\], but only null/],
    [{ arrow_config: { top_k: 2 } }, /"arrow_config"/],
    [{ kasa_config: { beta: 1 } }, /"kasa_config"/],
    ...["pissa", "pissa_niter_16", "corda", "olora", "lora_ga"].map((init_lora_weights): [object, RegExp] => [
      { init_lora_weights },
      /"init_lora_weights": .* base weights that PEFT changed.*Convert it .* path_initial_model_for_weight_conversion/,
    ]),
    [{ init_lora_weights: "loftq" }, /"init_lora_weights": "loftq".* merge_and_unload/],
  ])("%j", async (changed, message) => {
    const folder = memoryFolder();
    await folder.write!("adapter_config.json", new TextEncoder().encode(JSON.stringify({ ...settings, ...changed })));
    await folder.write!("adapter_model.safetensors", bytes);
    const before = tf.memory().numTensors;
    await expect(loadAdapter(folder, model)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
    expectClose(logits(), expected.base);
  });

  test("a tensor that the model does not have", async () => {
    const folder = memoryFolder();
    await folder.write!("adapter_config.json", new TextEncoder().encode(JSON.stringify(settings)));
    const { tensors } = readSafetensors(bytes);
    const more = [
      ...tensors.values(),
      { name: "base_model.model.score.weight", shape: [1], data: new Float32Array(1) },
    ];
    await folder.write!("adapter_model.safetensors", writeSafetensors(more));
    await expect(loadAdapter(folder, model)).rejects.toThrow(/the model has no "score.weight"/);
  });

  test.each(["encoder.layer.0.output.LayerNorm", "embeddings.word_embeddings"])(
    "an adapter of %s, which is not a dense layer",
    async (layer) => {
      const folder = memoryFolder();
      await folder.write!("adapter_config.json", new TextEncoder().encode(JSON.stringify(settings)));
      const more = ["A", "B"].map((side) => ({
        name: `base_model.model.bert.${layer}.lora_${side}.weight`,
        shape: [2, 8],
        data: new Float32Array(16),
      }));
      await folder.write!("adapter_model.safetensors", writeSafetensors(more));
      await expect(loadAdapter(folder, model)).rejects.toThrow(/adapts .*, which is not a dense layer/);
    },
  );
});
