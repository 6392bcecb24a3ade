// A process that creates a BERT-small on the Node backend and saves it. Prints as JSON the bytes of the model and of its
// largest tensor, and the additional peak memory while saving. Linux only.
// usage: save-memory.ts whole|sharded|tensorflow|onnx|onnx-external FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import {
  bertSizes,
  bertTokenizer,
  createBert,
  Rng,
  savePretrained,
  saveOnnx,
  saveTensorflowCheckpoint,
  useBackend,
  variables,
  Vocabulary,
} from "../index.ts";

const [how, folder] = process.argv.slice(2) as [string, string];
await useBackend("node");
const words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const vocabulary = new Vocabulary([...words, ...Array.from({ length: 30_517 }, (_, i) => `word${i}`)]);
const config = { ...bertSizes.small, vocabularySize: vocabulary.size };
const model = { config, tokenizer: bertTokenizer({ vocabulary }), encoder: createBert(config, new Rng(0)) };
const sizes = Array.from(variables(model.encoder).values(), (variable) => 4 * variable.size);

const resident = (field: string): number =>
  1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))![1]);
writeFileSync("/proc/self/clear_refs", "5"); // resets the peak to the current value
const before = resident("VmRSS");
if (how === "whole") await savePretrained(folder, model);
else if (how === "sharded") await savePretrained(folder, model, { maxShardBytes: 70e6 });
else if (how === "tensorflow") await saveTensorflowCheckpoint(folder, model);
else await saveOnnx(folder, model, { externalData: how === "onnx-external" });
const peak = resident("VmHWM") - before;
console.log(JSON.stringify({ model: sizes.reduce((sum, size) => sum + size, 0), largest: Math.max(...sizes), peak }));
process.exit(0);
