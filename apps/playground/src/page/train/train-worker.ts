// The thread that trains: a classifier on the sentences that the page sends, on the engine's WebAssembly.
import { useBackend } from "@bertkit/backend";
import { classifyTexts, topLabel } from "@bertkit/heads";
import {
  adamW,
  classificationBatch,
  fromPretrained,
  memoryFolder,
  Rng,
  savePretrained,
  SequenceClassifier,
  train,
  warmupLinearDecay,
  type Bert,
  type Pretrained,
} from "bertkit";

import type { News, Order } from "./messages.ts";

const [batchSize, learningRate, stepsBetweenAccuracies] = [16, 5e-4, 10] as const;
const lengths = { maxLength: 64, lengthMultiple: 16 } as const;

let model: Pretrained | undefined;
let classifier: SequenceClassifier<Bert> | undefined;
let paused = false;
let resume: () => void = () => {};

const tell = (news: News): void => postMessage(news);

async function trainOn({ engine, folder, labels, examples, steps }: Extract<Order, { kind: "train" }>): Promise<void> {
  const { reason } = await useBackend("wasm", engine);
  tell({ kind: "started", reason });
  model?.dispose();
  model = await fromPretrained(folder);
  const { encoder, tokenizer } = model;
  const rng = new Rng(1);
  const current = (classifier = new SequenceClassifier({ encoder, labels, rng }));
  function* batches() {
    for (;;) {
      const mixed = examples
        .map((example) => ({ example, place: rng.random() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ example }) => example);
      for (let from = 0; from < mixed.length; from += batchSize)
        yield classificationBatch(mixed.slice(from, from + batchSize), tokenizer, current, lengths);
    }
  }
  const optimizer = adamW({
    learningRate: warmupLinearDecay({ peak: learningRate, warmupSteps: Math.ceil(steps / 10), totalSteps: steps }),
  });
  try {
    for await (const { step, loss, milliseconds } of train({
      model: current,
      batches: batches(),
      optimizer,
      rng,
      steps,
      loss: (batch, context) => current.loss(batch, context),
    })) {
      tell({ kind: "step", step, loss, milliseconds });
      if (step % stepsBetweenAccuracies === 0 || step === steps) {
        const scores = await classifyTexts(
          current,
          tokenizer,
          examples.map(({ input }) => input),
          lengths,
        );
        const right = scores.filter((each, i) => topLabel(each).label === examples[i]!.label).length;
        tell({ kind: "accuracy", step, accuracy: right / examples.length });
      }
      await new Promise((go) => setTimeout(go)); // a pause arrives here
      if (paused) await new Promise<void>((go) => (resume = go));
    }
  } finally {
    optimizer.dispose();
  }
  tell({ kind: "trained" });
}

async function obey(order: Order): Promise<void> {
  if (order.kind === "pause") paused = true;
  else if (order.kind === "resume") {
    paused = false;
    resume();
  } else if (order.kind === "train") await trainOn(order);
  else if (model === undefined || classifier === undefined) throw new Error("Nothing is trained yet: press Train.");
  else if (order.kind === "classify") {
    const [scores] = await classifyTexts(classifier, model.tokenizer, [order.text], lengths);
    const sorted = scores!.toSorted((a, b) => b.score - a.score);
    tell({ kind: "labels", candidates: sorted.map(({ label, score }) => ({ name: label, score })) });
  } else {
    const folder = memoryFolder();
    const { config, tokenizer, encoder } = model;
    await savePretrained(folder, { config, tokenizer, encoder, classifier });
    tell({ kind: "saved", files: [...folder.files].map(([name, bytes]) => [name, new Uint8Array(bytes)] as const) });
  }
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  obey(data).catch((error: unknown) =>
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});
