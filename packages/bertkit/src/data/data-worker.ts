// The script of each worker thread: creates groups of instances and sends them block by block on request.
import { parentPort } from "node:worker_threads";
import { sentError, type SentError } from "@bertkit/checks";
import type { Source } from "@bertkit/datasets";
import { encodeBlock, type EncodedBlock, type EncodingOptions } from "./encoded-block.ts";
import { InstanceMaker } from "./instance-maker.ts";
import type { InstanceSettings } from "./instance-settings.ts";

/** A worker's start data. */
export interface WorkerStart {
  readonly sources: readonly string[];
  readonly settings: InstanceSettings;
  readonly encoding: EncodingOptions;
}

/** A further group to create, or permission to create one more block. */
export type ToDataWorker = WorkerStart | { readonly epoch: number; readonly group: number } | "next";

/** A block; "end" after the last block of a group; or an error. */
export type FromDataWorker = EncodedBlock | "end" | { readonly error: SentError };

/** Maximum number of blocks created in advance. */
const ahead = 2;

let maker: Promise<{ maker: InstanceMaker; encoding: EncodingOptions }>;
let made: Promise<void> = Promise.resolve();
const demand: { blocks: number; wake?: () => void } = { blocks: ahead };

parentPort?.on("message", (message: ToDataWorker) => {
  if (message === "next") {
    demand.blocks++;
    demand.wake?.();
  } else if ("group" in message) made = made.then(() => make(message));
  else maker = open(message);
});

async function open({ sources, settings, encoding }: WorkerStart) {
  return { maker: await InstanceMaker.open(sources as readonly Source[], settings), encoding };
}

async function make({ epoch, group }: { epoch: number; group: number }): Promise<void> {
  const port = parentPort!;
  try {
    const opened = await maker;
    for await (const instances of opened.maker.blocks(epoch, group)) {
      while (demand.blocks === 0) await new Promise<void>((resolve) => (demand.wake = resolve));
      demand.blocks--;
      const block = encodeBlock(instances, opened.encoding);
      port.postMessage(block satisfies FromDataWorker, [block.bytes.buffer, block.ends.buffer] as ArrayBuffer[]);
    }
    port.postMessage("end" satisfies FromDataWorker);
  } catch (error) {
    port.postMessage({ error: sentError(error) } satisfies FromDataWorker);
  }
}
