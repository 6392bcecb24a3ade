import { memoryFolder, readSafetensors, type StoredTensor, writeSafetensors } from "@bertkit/checkpoints";
import { bertInputs } from "@bertkit/encoder";
import { inference, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, test } from "vitest";
import { albert, bert, distilBert, electra, fromPretrained, modernBert } from "../index.ts";
import fixture from "./__fixtures__/families.json" with { type: "json" };

const families = [bert, distilBert, electra, albert, modernBert] as const;

beforeAll(() => tf.setBackend("cpu"));

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
type Tensors = ReadonlyMap<string, StoredTensor>;

async function load(config: object, tensors: Iterable<StoredTensor>) {
  const weights = writeSafetensors(Array.from(tensors));
  const folder = memoryFolder({ "config.json": JSON.stringify(config), "model.safetensors": weights });
  const model = await fromPretrained(folder, { families });
  if ("tokenizer" in model) throw new Error("A BERT field, which these do not have.");
  return model;
}

/** PyTorch's gradients by path, loaded as if they were weights. */
async function expectedGradients(config: object, weights: Tensors, reference: Tensors) {
  const gradients = Array.from(weights.values(), ({ name, shape, type, data }) => {
    const gradient = reference.get(`gradients.${name}`)?.data ?? new Float32Array(data.length);
    return { name, shape, type, data: gradient };
  });
  const model = await load(config, gradients);
  const values = new Map(
    Array.from(variables(model.encoder), ([path, variable]) => [path, variable.dataSync().slice()]),
  );
  model.dispose();
  return values;
}

describe.each(fixture.cases.map((each) => [each.name, each] as const))("%s", (_, { config, weights, reference }) => {
  const stored = readSafetensors(bytesOf(weights)).tensors;
  const expected = readSafetensors(bytesOf(reference)).tensors;
  const numbers = (name: string): tf.Tensor => {
    const { data, shape } = expected.get(name)!;
    return tf.tensor(data as Float32Array, [...shape], "float32");
  };
  const ids = (name: string): Int32Array => expected.get(name)!.data as Int32Array;
  const [batch, tokens] = expected.get("input_ids")!.shape as [number, number];

  it.each([false, true])("equals transformers' outputs and gradients; padding skipped: %s", async (skipPadding) => {
    const before = tf.memory().numTensors;
    const model = await load(config, stored.values());
    expect(model.unused).toEqual([]);
    const all = variables(model.encoder);
    tf.tidy(() => {
      const inputs = bertInputs({
        inputIds: ids("input_ids"),
        attentionMask: ids("attention_mask"),
        tokenTypeIds: ids("token_type_ids"),
        shape: [batch, tokens],
        skipPadding,
      });
      const isToken = tf.expandDims(tf.cast(inputs.attentionMask!, "float32"), 2);
      const { value, grads } = tf.variableGrads(() => {
        const { sequenceOutput, pooledOutput } = model.encoder.forward(inputs, inference);
        const hidden = tf.mul(sequenceOutput, isToken);
        const close = { absolute: 1e-5, relative: 1e-5 };
        expect(hidden.dataSync()).toBeAllClose(numbers("outputs.last_hidden_state").dataSync(), close);
        const sum = tf.sum(tf.mul(hidden, numbers("weights.last_hidden_state")));
        expect(pooledOutput !== undefined).toBe(expected.has("outputs.pooler_output"));
        if (pooledOutput === undefined) return sum as tf.Scalar;
        expect(pooledOutput.dataSync()).toBeAllClose(numbers("outputs.pooler_output").dataSync(), close);
        return tf.add(sum, tf.sum(tf.mul(pooledOutput, numbers("weights.pooler_output")))) as tf.Scalar;
      }, [...all.values()]);
      expect(value.dataSync()).toBeAllClose(expected.get("loss")!.data as Float32Array, {
        absolute: 1e-4,
        relative: 1e-5,
      });
      found = new Map(Array.from(all, ([path, { name }]) => [path, grads[name]!.dataSync().slice()]));
    });
    const wanted = await expectedGradients(config, stored, expected);
    expect([...found.keys()]).toEqual([...wanted.keys()]);
    for (const [path, gradient] of found)
      expect(gradient, path).toBeAllClose(wanted.get(path)!, { absolute: 1e-4, relative: 1e-4 });
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
  let found = new Map<string, tf.TypedArray>();
});

test("a folder of another family is rejected with its type, and weights that do not match with their names", async () => {
  const [{ config, weights }] = fixture.cases as [(typeof fixture.cases)[number]];
  const tensors = [...readSafetensors(bytesOf(weights)).tensors.values()];
  const folder = (changed: object, stored = tensors) =>
    memoryFolder({
      "config.json": JSON.stringify({ ...config, ...changed }),
      "model.safetensors": writeSafetensors(stored),
    });
  const before = tf.memory().numTensors;
  await expect(fromPretrained(folder({}), { families: [bert, albert] })).rejects.toThrow(
    /is not a model of BERT or ALBERT: config.json's "model_type" is "distilbert"/,
  );
  const only = { families: [distilBert] } as const;
  await expect(fromPretrained(folder({}, tensors.slice(1)), only)).rejects.toThrow(/do not fit config.json.*1 missing/);
  await expect(fromPretrained(folder({ hidden_dim: 11 }), only)).rejects.toThrow(/of another shape/);
  await expect(fromPretrained(folder({ n_layers: 1e6 }), only)).rejects.toThrow(
    /"n_layers" must be a whole number from 1/,
  );
  await expect(fromPretrained(folder({ n_heads: 3 }), only)).rejects.toThrow(
    /does not describe a DistilBERT: .*attentionHeads/,
  );
  await expect(fromPretrained(folder({ dim: "8" }), only)).rejects.toThrow(/"dim" must be a number/);
  expect(tf.memory().numTensors).toBe(before);
});

const layered = fixture.cases.flatMap(({ name, config, weights }) => {
  const counts = new Map<string, unknown>(Object.entries(config));
  const field = ["num_hidden_groups", "n_layers", "num_hidden_layers"].find((each) => counts.has(each))!;
  const count = counts.get(field) as number;
  return count > 1 ? [{ name, field, last: count - 1, config: { ...config, [field]: count - 1 }, weights }] : [];
});

test.each(layered)("$name: fewer layers than the weights are an error", async ({ field, last, config, weights }) => {
  const before = tf.memory().numTensors;
  await expect(load(config, readSafetensors(bytesOf(weights)).tensors.values())).rejects.toThrow(
    new RegExp(`do not fit config.json: with its "${field}" .* none uses \\S+[._]${last}\\.`),
  );
  expect(tf.memory().numTensors).toBe(before);
});

describe("settings of the positions", () => {
  const caseOf = (modelType: string): (typeof fixture.cases)[number] =>
    fixture.cases.find(({ config }) => config.model_type === modelType)!;

  /** The last hidden states for the ids of the fixture, with some fields changed; undefined removes a field. */
  async function hiddenStates(modelType: string, changed: object): Promise<number[]> {
    const { config, weights, reference } = caseOf(modelType);
    const model = await load({ ...config, ...changed }, readSafetensors(bytesOf(weights)).tensors.values());
    const expected = readSafetensors(bytesOf(reference)).tensors;
    const shape = expected.get("input_ids")!.shape as [number, number];
    const inputIds = expected.get("input_ids")!.data as Int32Array;
    const zeros = new Int32Array(inputIds.length);
    const inputs = { inputIds, attentionMask: zeros.map(() => 1), tokenTypeIds: zeros, shape };
    const values = tf.tidy(() => [...model.encoder.forward(bertInputs(inputs), inference).sequenceOutput.dataSync()]);
    model.dispose();
    return values;
  }

  const scaled = { rope_type: "linear", factor: 4 };
  const older = { rope_theta: 160_000, rope_type: "default" };
  test.each([
    [{ rope_parameters: scaled }, /"rope_parameters" has the rope_type "linear", but only "default"/],
    [{ rope_parameters: { full_attention: { rope_type: "yarn" } } }, /"rope_parameters.full_attention" .* "yarn"/],
    [
      { rope_parameters: { full_attention: older, sliding_attention: { type: "dynamic", factor: 2 } } },
      /"rope_parameters.sliding_attention" .* "dynamic"/,
    ],
    [{ rope_parameters: [] }, /"rope_parameters" must be an object or null, got a list/],
    [{ rope_scaling: { type: "linear", factor: 4 } }, /"rope_scaling" has the rope_type "linear"/],
    [{ rope_scaling: { factor: 4 } }, /"rope_scaling" has the rope_type nothing/],
  ])("ModernBERT with scaled positions is rejected: %j", async (changed, message) => {
    const before = tf.memory().numTensors;
    await expect(hiddenStates("modernbert", changed)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("ModernBERT's bases are found in rope_parameters and in older fields, where a local null is the global one", async () => {
    const of = (full: number, sliding: number): Promise<number[]> =>
      hiddenStates("modernbert", {
        rope_parameters: { full_attention: { rope_theta: full }, sliding_attention: { rope_theta: sliding } },
      });
    const olderFields = (changed: object): Promise<number[]> =>
      hiddenStates("modernbert", { rope_parameters: undefined, ...changed });
    const usual = await of(160_000, 10_000);
    const same = await of(50, 50);
    expect(await of(50, 10_000)).not.toEqual(same);
    expect(await olderFields({})).toEqual(usual);
    expect(await olderFields({ rope_scaling: null, rope_parameters: null })).toEqual(usual);
    expect(await olderFields({ rope_scaling: { type: "default" } })).toEqual(usual);
    expect(await olderFields({ global_rope_theta: 50 })).toEqual(await of(50, 10_000));
    expect(await olderFields({ global_rope_theta: 50, local_rope_theta: 50 })).toEqual(same);
    expect(await olderFields({ global_rope_theta: 50, local_rope_theta: null })).toEqual(same);
    const kinds = { full_attention: { rope_type: "default" }, sliding_attention: { rope_type: "default" } };
    expect(await olderFields({ global_rope_theta: 50, local_rope_theta: 50, rope_parameters: kinds })).toEqual(same);
  });

  test.each(["electra", "albert"])("a decoder of %s is rejected", async (modelType) => {
    const before = tf.memory().numTensors;
    for (const field of ["is_decoder", "add_cross_attention"])
      await expect(hiddenStates(modelType, { [field]: true })).rejects.toThrow(
        `config.json: "${field}" must be false, got true: a decoder's vectors would differ. Only encoders are supported.`,
      );
    await expect(hiddenStates(modelType, { is_decoder: 1 })).rejects.toThrow(
      '"is_decoder" must be true or false, got 1',
    );
    const [usual, stated] = [await hiddenStates(modelType, {}), await hiddenStates(modelType, { is_decoder: null })];
    expect(stated).toEqual(usual);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(["electra", "albert"])("%s with relative positions is rejected", async (modelType) => {
    const before = tf.memory().numTensors;
    for (const type of ["relative_key", "relative_key_query", 1])
      await expect(hiddenStates(modelType, { position_embedding_type: type })).rejects.toThrow(
        /"position_embedding_type" is .*, but only "absolute" is supported/,
      );
    expect(await hiddenStates(modelType, { position_embedding_type: "absolute" })).toEqual(
      await hiddenStates(modelType, {}),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
