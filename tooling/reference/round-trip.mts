// Checks that weights are equal to the bit after bertkit → Hugging Face folder → PyTorch → bertkit, and after
// bertkit → TensorFlow 1 → bertkit. Run it yourself; no test does:
//   npx tsx tooling/reference/round-trip.mts write FOLDER
//   python tooling/reference/round_trip.py FOLDER pytorch; python tooling/reference/round_trip.py FOLDER tensorflow
//   npx tsx tooling/reference/round-trip.mts compare FOLDER
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openPytorch } from "../../packages/checkpoints/src/index.ts";
import { localFolder } from "../../packages/checkpoints/src/node.ts";
import {
  bertSizes,
  bertTokenizer,
  createBert,
  fromPretrained,
  MaskedLmHead,
  NextSentenceHead,
  Rng,
  savePretrained,
  saveTensorflowCheckpoint,
  useBackend,
  variables,
  Vocabulary,
} from "../../packages/bertkit/src/index.ts";

const [command, folder] = process.argv.slice(2) as [string, string];
await useBackend("cpu");
const words = "the film was good bad . ##s".split(" ");
const tokenizer = bertTokenizer({
  vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]),
});
const config = {
  ...bertSizes.tiny,
  vocabularySize: tokenizer.vocabulary.size,
  hiddenSize: 32,
  attentionHeads: 4,
  intermediateSize: 64,
  maxPositionEmbeddings: 16,
};
const rng = new Rng(11);
const encoder = createBert(config, rng);
const parts = {
  encoder,
  maskedLm: new MaskedLmHead({ ...config, encoder, rng }),
  nextSentence: new NextSentenceHead({ encoder, rng }),
};
// All numbers are random, also biases and norms.
for (const variable of variables(parts).values())
  variable.dataSync().forEach((_, i, data) => (data[i] = Math.fround(rng.normal())));

if (command === "write") {
  await savePretrained(join(folder, "huggingface"), { config, tokenizer, ...parts });
  await saveTensorflowCheckpoint(join(folder, "tensorflow"), { config, tokenizer, ...parts });
} else {
  for (const name of ["again", "shards", "zip", "legacy", "tensorflow-again"]) {
    const { encoder, maskedLm, nextSentence, dispose, unused } = await fromPretrained(join(folder, name));
    const back = variables({ encoder, maskedLm, nextSentence });
    let different = 0;
    for (const [path, variable] of variables(parts)) {
      const found = back.get(path)?.dataSync();
      if (!found || Buffer.compare(Buffer.from(found.slice().buffer), Buffer.from(variable.dataSync().slice().buffer)))
        different++;
    }
    process.stdout.write(`${name}: ${back.size} variables, ${different} different, ${unused.length} unused\n`);
    dispose();
  }
  const expected = (await readFile(join(folder, "types.txt"), "utf8")).trim().split("\n");
  for (const file of ["types.bin", "types-legacy.bin"]) {
    const source = await openPytorch((await localFolder(folder).open(file))!);
    let different = 0;
    for (const line of expected) {
      const [, name, shape, values] = /^(\S+) (\[.*?\]) (\[.*\])$/.exec(line)!;
      if (!source.entries.has(name!)) continue;
      const tensor = await source.tensor(name!);
      const same = JSON.stringify([...tensor.data].map(Number)) === JSON.stringify(JSON.parse(values!));
      if (!same || JSON.stringify(tensor.shape) !== JSON.stringify(JSON.parse(shape!))) {
        different++;
        process.stdout.write(`${file}: ${name} differs\n`);
      }
    }
    process.stdout.write(`${file}: ${source.entries.size} tensors of every type and layout, ${different} different\n`);
    await source.close();
  }
}
