// Malicious model folders: a config and weights that do not match, or make no sense.
import { useBackend } from "@bertkit/backend";
import { memoryFolder, type TensorToStore, writeSafetensors } from "@bertkit/checkpoints";
import { attack, type Attack } from "@bertkit/testing/attacks";
import { filesOf } from "../__fixtures__/model-files.ts";
import { tinyClassifierModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "../model/from-pretrained.ts";

await useBackend("cpu");
const files = await filesOf(tinyClassifierModel());
const parsed = (name: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(files[name])) as Record<string, unknown>;

/** A valid folder with some fields of a file replaced. */
const edited = (name: string, file: string, fields: () => Record<string, unknown>, rejected: RegExp): Attack =>
  attack(
    `${file}: ${name}`,
    () =>
      memoryFolder({
        ...files,
        [file]: JSON.stringify({ ...parsed(file), ...fields() }).replace(`"${nested}"`, brackets),
      }),
    (folder) => fromPretrained(folder),
    rejected,
  );
const config = (name: string, fields: Record<string, unknown>, rejected: RegExp): Attack =>
  edited(name, "config.json", () => fields, rejected);
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** Placeholder for deeply nested lists, which JSON.stringify itself cannot write. */
const nested = "nested without end";
const brackets = "[".repeat(100_000) + "]".repeat(100_000);
const template = (typeId: number): Record<string, unknown> => ({
  post_processor: {
    type: "TemplateProcessing",
    single: [{ Sequence: { id: "A", type_id: typeId } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: {},
  },
});
const weights = (name: string, tensors: TensorToStore[], rejected: RegExp): Attack =>
  attack(
    `weights: ${name}`,
    () => memoryFolder({ ...files, "model.safetensors": writeSafetensors(tensors) }),
    (folder) => fromPretrained(folder),
    rejected,
  );
const empty = (name: string, ...shape: number[]): TensorToStore => ({ name, shape, data: new Float32Array(0) });

const numbers: [field: string, value: unknown, rejected: RegExp][] = [
  ["layer_norm_eps", -1e-12, /layerNormEpsilon: must be a number above 0/],
  ["layer_norm_eps", 0, /layerNormEpsilon/],
  ["layer_norm_eps", "1e-12", /"layer_norm_eps" must be a number, got "1e-12"/],
  ["hidden_dropout_prob", 2, /hiddenDropout: must be a number at least 0 and less than 1, got 2/],
  ["hidden_dropout_prob", 1, /hiddenDropout/],
  ["attention_probs_dropout_prob", -0.1, /attentionDropout/],
  ["classifier_dropout", 2, /"classifier_dropout" must be at least 0/],
  ["initializer_range", -1, /initializerRange/],
  ["num_attention_heads", 0, /attentionHeads: must be a whole number of at least 1/],
  ["num_attention_heads", 3, /attentionHeads: must divide hiddenSize/],
  ["num_hidden_layers", -1, /hiddenLayers/],
  ["num_hidden_layers", 1.5, /hiddenLayers/],
  ["hidden_size", [16], /"hidden_size" must be a number, got a list/],
  ["vocab_size", "100", /"vocab_size" must be a number/],
  ["pad_token_id", 0.5, /paddingId: must be an id below/],
  ["pad_token_id", -1, /paddingId/],
  ["type_vocab_size", 0, /typeVocabularySize/],
  ["hidden_act", "x".repeat(100_000), /"hidden_act" must be one of .*, got "x+…"/],
  ["hidden_act", nested, /got a list/],
  ["model_type", nested, /"model_type" must be "bert", got a list/],
  ["pruned_heads", { 0: nested }, /"pruned_heads" must be empty, got an object/],
  ["id2label", { 0: "a", 2: "b" }, /must name every number from 0 on, got 2 entries and nothing for 1/],
  ["id2label", { 0: nested }, /got 1 entries and a list for 0/],
];

export const attacks: readonly Attack[] = [
  config(
    "a billion labels",
    { id2label: null, label2id: null, num_labels: 1e9 },
    /names 1000000000 labels, but the classifier has 3/,
  ),
  config(
    "endless labels",
    { id2label: null, label2id: null, num_labels: 1e300 },
    /"num_labels" must be a whole number/,
  ),
  config("half a label", { id2label: null, label2id: null, num_labels: 0.5 }, /"num_labels" must be a whole number/),
  config("a vocabulary of a billion", { vocab_size: 1e9 }, /vocabularySize: must be .* at most 16777216/),
  config("a vocabulary larger than the weights", { vocab_size: 1 << 24 }, /do not fit config.json.*word_embeddings/),
  config("4,096 layers that the weights lack", { num_hidden_layers: 4096 }, /says 4096 layers, the weights have/),
  config(
    "layers that the weights lack",
    { num_hidden_layers: 30 },
    /do not fit config.json\. \d+ missing from the file/,
  ),
  config("a hidden size of 65,536", { hidden_size: 65_536, num_attention_heads: 1 }, /do not fit config.json/),
  config("an inner size of a million", { intermediate_size: 1 << 20 }, /do not fit config.json/),
  config("four million positions", { max_position_embeddings: 1 << 22 }, /do not fit config.json/),
  config("65,536 types", { type_vocab_size: 65_536 }, /do not fit config.json/),
  ...numbers.map(([field, value, rejected], i) => config(`${field}, case ${i}`, { [field]: value }, rejected)),
  edited(
    "100,000 equal labels",
    "config.json",
    () => ({ id2label: Object.fromEntries(times(100_000, (i) => [i, "x"])) }),
    /names 100000 labels, but the classifier has 3/,
  ),
  edited(
    "an id beyond the table",
    "tokenizer.json",
    () => ({ added_tokens: [{ id: 22, content: "<x>" }] }),
    /adds token 22, beyond the/,
  ),
  edited(
    "an id after a gap",
    "tokenizer.json",
    () => ({ added_tokens: [{ id: 5000, content: "<x>" }] }),
    /has ids up to 5000, but no token has the id 22/,
  ),
  edited(
    "a type id beyond the table",
    "tokenizer.json",
    () => template(7),
    /returns token type 7, beyond the 2 of config.json's type_vocab_size/,
  ),
  weights("a classifier of 1e15 outputs and no size", [empty("classifier.weight", 1e15, 0)], /do not fit|labels/),
  weights("nothing", [], /do not fit config.json/),
];
