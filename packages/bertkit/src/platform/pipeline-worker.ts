// The script of the worker that `pipeline(…, { worker: true })` starts: loads the pipeline, and calls it on request. It is
// in the folder of pipeline-worker.node.ts and .web.ts, as in the published package, so that bundlers find it.
import { useBackend } from "@bertkit/backend";
import { sentError } from "@bertkit/checks";
import { loadPipeline, type PipelineTask } from "../pipeline/load-pipeline.ts";
import { isStream } from "../pipeline/texts.ts";
import { receivedInstance, sentResult } from "../pipeline/worker/parcels.ts";
import { portOfThisWorker } from "../pipeline/worker/worker-port.ts";
import type { FromPipelineWorker, SentSignal, SentStream, ToPipelineWorker } from "../pipeline/worker/protocol.ts";

type Message<Does extends ToPipelineWorker["do"]> = Extract<ToPipelineWorker, { readonly do: Does }>;

const port = portOfThisWorker();
const post = (message: FromPipelineWorker, transfer: readonly ArrayBuffer[] = []): void => port.post(message, transfer);

let run: (...args: unknown[]) => unknown;
const aborts = new Map<number, AbortController>();
/** Streams of results, by call. */
const results = new Map<number, AsyncIterator<unknown>>();
/** Pending requests for the next item of a call's stream. */
const waiting = new Map<number, { resolve(result: IteratorResult<unknown>): void; reject(error: unknown): void }>();

port.onMessage((given) => {
  const message = given as ToPipelineWorker;
  if (message.do === "open") void open(message);
  else if (message.do === "call") void call(message);
  else if (message.do === "item") receive(message);
  else if (message.do === "abort") aborts.get(message.call)?.abort();
  else void step(message.call, message.do);
});

async function open({ task, model, backend, options, progress }: Message<"open">): Promise<void> {
  try {
    await useBackend(backend.name as "auto", backend.options);
    const onProgress = (progress: unknown): void => post({ is: "progress", progress });
    run = (await loadPipeline(task as PipelineTask, model, {
      ...options,
      ...(progress && { onProgress }),
    })) as unknown as typeof run;
    post({ is: "opened" });
  } catch (error) {
    post({ is: "failed", error: sentError(error) });
  }
}

async function call({ call, args }: Message<"call">): Promise<void> {
  await answer(call, async () => {
    const result = run(...args.map((value) => revived(call, value)));
    if (isStream<unknown>(result)) results.set(call, result[Symbol.asyncIterator]());
    else await send(call, await result);
  });
  if (!results.has(call)) aborts.delete(call);
}

async function step(call: number, does: "next" | "return"): Promise<void> {
  await answer(call, async () => {
    const iterator = results.get(call);
    const { done, value } = (await (does === "next" ? iterator?.next() : iterator?.return?.())) ?? { done: true, value: undefined }; // prettier-ignore
    await send(call, value, done === true);
  });
}

async function answer(call: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    post({ is: "error", call, error: sentError(error) });
    results.delete(call);
    aborts.delete(call);
  }
}

async function send(call: number, result: unknown, done = false): Promise<void> {
  const { value, transfer } = sentResult(result);
  post({ is: "result", call, value, ...(done && { done }) }, transfer);
  if (done) {
    results.delete(call);
    aborts.delete(call);
  }
}

/** Creates the signals and streams that messages represent. */
function revived(call: number, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ((value as Partial<SentStream>).streamOf !== undefined) return stream(call);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      (item as Partial<SentSignal> | null)?.signalOf === undefined ? item : signalOf(call),
    ]),
  );
}

function signalOf(call: number): AbortSignal {
  const controller = new AbortController();
  aborts.set(call, controller);
  return controller.signal;
}

function stream(call: number): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise<IteratorResult<unknown>>((resolve, reject) => {
          waiting.set(call, { resolve, reject });
          post({ is: "pull", call });
        }),
      return: async () => {
        post({ is: "close", call });
        return { done: true, value: undefined };
      },
    }),
  };
}

function receive({ call, item, done, error }: Message<"item">): void {
  const one = waiting.get(call);
  waiting.delete(call);
  if (error !== undefined) one?.reject(receivedInstance(error));
  else one?.resolve(done === true ? { done: true, value: undefined } : { done: false, value: item });
}
