// The effect of training on all-MiniLM-L6-v2's sentence vectors: Spearman's correlation of their cosines with the scores of
// STS-B's dev rows, before and after training with scores (CoSENT on STS-B's train rows) and without (SimCSE on their
// texts). Token embeddings are frozen.
// usage: npm run bench -- sentence-embedding [train rows=5749] [seeds=1]
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { type GlueExample, readGlue } from "@bertkit/datasets";
import { bertInputs } from "@bertkit/encoder";
import {
  coSentLoss,
  embedTexts,
  encodeRows,
  padRows,
  parseSentenceModules,
  SentenceEmbedder,
  simCseLoss,
} from "@bertkit/heads";
import { spearman } from "@bertkit/metrics";
import { type Context, freeze, Rng } from "@bertkit/nn";
import { sharedData, sharedModels } from "@bertkit/testing";
import { adamW, train, warmupLinearDecay } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { fromPretrained } from "bertkit";

const [count = "5749", seeds = "1"] = process.argv.slice(2);
if (!sharedData || !sharedModels) throw new Error("sentence-embedding: needs the shared data and models.");
const data = sharedData;
const folder = join(sharedModels, "all-MiniLM-L6-v2");
const read = (file: string): Promise<GlueExample[]> => readGlue("STS-B", join(data, "glue", "STS-B", file)).toArray();
const [all, dev] = [await read("train.tsv"), await read("dev.tsv")];
new Rng(0).shuffle(all); // the file is sorted by genre
const rows = all.slice(0, Number(count));

await useBackend("node");
type Model = Awaited<ReturnType<typeof fromPretrained>>;
const options = { maxLength: 64, lengthMultiple: 8 };

async function scoreOf(embedder: SentenceEmbedder, { tokenizer }: Model): Promise<number> {
  const vectors = await embedTexts(
    embedder,
    tokenizer,
    dev.flatMap(({ text, pair }) => [text, pair!]),
    options,
  );
  const cosines = dev.map((_, i) =>
    vectors[2 * i]!.reduce((sum, value, j) => sum + value * vectors[2 * i + 1]![j]!, 0),
  );
  return spearman(
    cosines,
    dev.map(({ label }) => label!),
  );
}

/** The loss of a batch of rows. */
type Loss = (embedder: SentenceEmbedder, model: Model, rows: readonly GlueExample[], context: Context) => tf.Scalar;

const inputsOf = ({ tokenizer }: Model, texts: readonly string[]): ReturnType<typeof bertInputs> =>
  bertInputs(padRows(encodeRows(texts, tokenizer, options), tokenizer.special.padding.id, options));

const losses: Record<string, { rate: number; epochs: number; loss: Loss }> = {
  "CoSENT, scores": {
    rate: 2e-5,
    epochs: 4,
    loss: (embedder, model, batch, context) => {
      const vectors = embedder.forward(
        inputsOf(
          model,
          batch.flatMap(({ text, pair }) => [text, pair!]),
        ),
        context,
      );
      const sides = tf.reshape(vectors, [batch.length, 2, -1]);
      const [left, right] = tf.unstack(sides, 1) as [tf.Tensor2D, tf.Tensor2D];
      return coSentLoss(left, right, tf.tensor1d(batch.map(({ label }) => label!)));
    },
  },
  "SimCSE, texts alone": {
    rate: 2e-6,
    epochs: 1,
    loss: (embedder, model, batch, context) =>
      simCseLoss(
        embedder,
        inputsOf(
          model,
          batch.map(({ text }) => text),
        ),
        context,
      ),
  },
};

for (let seed = 0; seed < Number(seeds); seed++)
  for (const [name, { rate, epochs, loss }] of Object.entries(losses)) {
    const model = await fromPretrained(folder);
    const modules = parseSentenceModules(model.sentenceFiles!);
    const embedder = new SentenceEmbedder({ encoder: model.encoder, ...modules });
    freeze(model.encoder, (path) => path.startsWith("embeddings."));
    const before = await scoreOf(embedder, model);
    const shuffling = new Rng(seed);
    const batches = Array.from({ length: epochs }, () => {
      const order = [...rows];
      shuffling.shuffle(order);
      return Array.from({ length: Math.floor(order.length / 32) }, (_, i) => order.slice(32 * i, 32 * i + 32));
    }).flat();
    const learningRate = warmupLinearDecay({
      peak: rate,
      warmupSteps: Math.round(batches.length / 10),
      totalSteps: batches.length,
    });
    const optimizer = adamW({ learningRate });
    const rng = new Rng(seed);
    for await (const _ of train({
      model: embedder,
      batches,
      optimizer,
      rng,
      loss: (batch, context) => ({ loss: loss(embedder, model, batch, context) }),
    }));
    const after = await scoreOf(embedder, model);
    console.log(
      `${name}, ${rows.length} rows, ${epochs} epochs, rate ${rate}, seed ${seed}: dev Spearman ${before.toFixed(4)} → ${after.toFixed(4)}`,
    );
    optimizer.dispose();
    model.dispose();
  }
