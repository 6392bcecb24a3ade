// The program of a page: a pipeline in the page and one in a worker, for pipeline-in-worker.browser.test.ts.
import { type BackendName, type BackendOptions, useBackend } from "@bertkit/backend";
import { pipeline } from "../index.ts";
import { pipelineWorker } from "../worker.ts";

export interface PipelinesInPage {
  readonly engine: string;
  readonly here: number[];
  readonly there: number[];
  readonly streamed: number[];
  /** Timers that ran in the page while the worker computed. */
  readonly ticks: number;
  readonly unnamed: unknown;
  readonly wrong: unknown;
  /** Of an option that cannot be sent, for a text and for a stream. */
  readonly unsendable: readonly unknown[];
  readonly aborted: unknown;
  readonly disposed: unknown;
}

declare global {
  interface Window {
    compare: (backend: BackendName, options: BackendOptions, texts: readonly string[]) => Promise<PipelinesInPage>;
  }
}

const caught = async (running: Promise<unknown>): Promise<string> => {
  try {
    return `no error, got ${JSON.stringify(await running)}`;
  } catch (error) {
    return String(error);
  }
};

globalThis.window.compare = async (backend, options, texts) => {
  const { engine } = await useBackend(backend, options);
  const here = await pipeline("feature-extraction", "./model");
  const expected = await here(texts, { pooling: "mean" });
  here.dispose();
  const device = backend === "wasm" ? "wasm" : "auto"; // both mean the backend in use
  const there = await pipeline("feature-extraction", "./model", { worker: pipelineWorker, device });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const many = Array.from({ length: 300 }, (_, i) => texts[i % texts.length]!);
  const own = await there(many, { pooling: "mean", batch_size: 4 });
  clearInterval(timer);
  const streamed: number[] = [];
  async function* stream(): AsyncGenerator<string> {
    yield* texts;
  }
  for await (const { data } of there(stream(), { pooling: "mean" })) streamed.push(...data);
  const unnamed = await caught(pipeline("feature-extraction", "./model", { worker: true }));
  const wrong = await caught(there([texts[0]!, 7 as never]));
  const option = { callback: () => 1 } as object;
  const unsendable = [await caught(there(texts[0]!, option)), await caught(there(stream(), option).next())];
  const controller = new AbortController();
  const running = there(many, { batch_size: 1, signal: controller.signal });
  setTimeout(() => controller.abort(new RangeError("enough")), 5);
  const aborted = await caught(running);
  there.dispose();
  return {
    engine,
    here: [...expected.data],
    there: [...own.data.slice(0, expected.data.length)],
    streamed,
    ticks,
    unnamed,
    wrong,
    unsendable,
    aborted,
    disposed: await caught(there("good")),
  };
};
