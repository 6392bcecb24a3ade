import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { useBackend } from "@bertkit/backend";
import { dispose } from "@bertkit/nn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleForNode } from "../../__fixtures__/bundle-for-node.ts";
import { tinyClassifierModel, tinyEncoderModel } from "../../__fixtures__/tiny-model.ts";
import type * as bertkit from "../../index.ts";
import { savePretrained } from "../../model/save-pretrained.ts";
import { pipeline as here } from "../pipeline.ts";

const texts = ["a good film", "the plot was bad, very bad!", "not a zebra"];
let folder: string;
let pipeline: typeof bertkit.pipeline;

beforeAll(async () => {
  await useBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "bertkit-worker-"));
  for (const [name, model] of Object.entries({ encoder: tinyEncoderModel(), classifier: tinyClassifierModel() })) {
    await savePretrained(join(folder, name), model);
    dispose(model);
  }
  const entries = { index: "index.ts", "pipeline-worker": "platform/pipeline-worker.ts" };
  const index = (await import(pathToFileURL(await bundleForNode("pipeline-worker", entries)).href)) as typeof bertkit;
  pipeline = index.pipeline;
});
afterAll(() => rm(folder, { recursive: true }));

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

test("a pipeline in a worker gives the same results for texts, lists and streams, and does not block this thread", async () => {
  const [there, expected] = [
    await pipeline("feature-extraction", join(folder, "encoder"), { worker: true }),
    await here("feature-extraction", join(folder, "encoder")),
  ];
  expect([there.task, there.model, there.tokenizer]).toEqual(["feature-extraction", undefined, undefined]);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const many = Array.from({ length: 200 }, (_, i) => texts[i % 3]!);
  const [own, other] = [await there(many, { pooling: "mean" }), await expected(texts, { pooling: "mean" })];
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
  expect(own.dims).toEqual([200, 16]);
  expect(own.tolist()).toHaveLength(200);
  expect(own.data.slice(0, 48)).toBeAllClose(other.data, { absolute: 1e-5, relative: 0 });
  const streamed = await listOf(there(streamOf(texts), { pooling: "mean" }));
  expect(streamed.flatMap(({ data }) => [...data])).toBeAllClose(other.data, { absolute: 1e-5, relative: 0 });
  const quantize = { pooling: "mean", quantize: true } as const;
  expect(await there(texts, quantize)).toEqual(await expected(texts, quantize));
  there.dispose();
  await expect(there("good")).rejects.toThrow("feature-extraction: the pipeline is disposed");
  expected.dispose();
});

test("errors keep their class, a stream's own error is the same object, and signals stop calls", async () => {
  const classify = await pipeline("text-classification", join(folder, "classifier"), { worker: true });
  expect(await classify(texts[0]!)).toMatchObject([{ label: expect.any(String) as string }]);
  const wrong = classify([texts[0]!, 7 as never]);
  await expect(wrong).rejects.toThrow(TypeError);
  await expect(wrong).rejects.toThrow("texts[1] must be a text or a pair of texts, got 7");
  const failure = new RangeError("no more texts");
  async function* broken(): AsyncGenerator<string> {
    yield texts[0]!;
    throw failure;
  }
  await expect(listOf(classify(broken()))).rejects.toBe(failure);
  const [reason, controller] = [new Error("enough"), new AbortController()];
  const many = Array.from({ length: 2000 }, (_, i) => texts[i % 3]!);
  const running = classify(many, { batch_size: 1, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await expect(running).rejects.toBe(reason);
  await expect(classify(texts, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  let closed = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield texts[0]!;
    } finally {
      closed = true;
    }
  }
  for await (const { label } of classify(endless())) {
    expect(label).toEqual(expect.any(String));
    break;
  }
  expect(closed).toBe(true);
  closed = false;
  const [stop, labels] = [new AbortController(), [] as string[]];
  const stopping = (async () => {
    for await (const { label } of classify(endless(), { signal: stop.signal })) {
      labels.push(label);
      if (labels.length === 3) stop.abort(reason);
    }
  })();
  await expect(stopping).rejects.toBe(reason);
  expect([labels.length, closed]).toEqual([3, true]);
  expect(await classify(texts[0]!)).toHaveLength(1);
  classify.dispose();
});

test("rejects what cannot be sent to a worker, and reports what fails to load there", async () => {
  await expect(here("ner", tinyClassifierModel(), { worker: true })).rejects.toThrow(
    "a worker loads the model itself, got a loaded model",
  );
  await expect(here("ner", "x", { worker: "yes" as never })).rejects.toThrow(/worker must be/);
  const missing = pipeline("ner", join(folder, "nothing"), { worker: true });
  await expect(missing).rejects.toMatchObject({ name: "CheckpointError", code: "FOLDER" });
  const reason = new Error("not now");
  await expect(pipeline("ner", folder, { worker: true, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
