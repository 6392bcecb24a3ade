// Run by `generated.test.ts` in a separate process: a valid folder of a tiny model whose config.json is mutated.
import { useBackend } from "@bertkit/backend";
import { memoryFolder } from "@bertkit/checkpoints";
import { damagedJson } from "@bertkit/testing/damaged-json";
import type { Dice } from "@bertkit/testing/dice";
import { fuzzTarget, type FuzzTarget } from "@bertkit/testing/fuzz-cases";
import { filesOf } from "../__fixtures__/model-files.ts";
import { tinyClassifierModel, tinyMaskedLmModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import { fillMask } from "../inference/fill-mask.ts";
import { textClassification } from "../inference/text-classification.ts";
import * as tf from "@tensorflow/tfjs-core";

await useBackend("cpu");
const folders = [await filesOf(tinyClassifierModel()), await filesOf(tinyMaskedLmModel())];
const configs = folders.map((files) => JSON.parse(new TextDecoder().decode(files["config.json"])) as object);
const others = {
  num_labels: [1, 2, 3, 4],
  id2label: [
    { 0: "a", 1: "b", 2: "c" },
    { 0: "a", 1: "a", 2: "a" },
  ],
  problem_type: ["multi_label_classification", "single_label_classification", "regression"],
  position_embedding_type: ["absolute", "relative_key", "relative_key_query"],
  hidden_act: ["gelu", "gelu_new", "relu", "silu", "tanh"],
  classifier_dropout: [null, 0, 0.1, 1],
  pruned_heads: [{}, { 0: [1] }],
  is_decoder: [true],
  model_type: ["bert", "roberta"],
  architectures: [["BertForMaskedLM"], ["BertModel"], []],
  torch_dtype: ["float16"],
};

interface Case {
  readonly folder: number;
  readonly config: string;
}

function make(dice: Dice): Case {
  const folder = dice.integer(0, 1);
  const text = JSON.stringify(damagedJson(configs[folder], dice, others));
  return { folder, config: dice.once(50) ? text.slice(0, dice.integer(0, text.length)) : text };
}

async function read({ folder, config }: Case): Promise<void> {
  const before = tf.memory().numTensors;
  try {
    const model = await fromPretrained(memoryFolder({ ...folders[folder], "config.json": config }));
    try {
      if (model.classifier) await textClassification(model)("a good film");
      if (model.maskedLm) await fillMask(model)("a [MASK] film");
    } finally {
      model.dispose();
    }
  } finally {
    const left = tf.memory().numTensors - before;
    if (left !== 0) throw new RangeError(`${left} tensors stay`); // oxlint-disable-line no-unsafe-finally
  }
}

export const targets: readonly FuzzTarget[] = [fuzzTarget("config.json", make, read)];
