// The script of each worker: receives a tokenizer, then texts to encode. Does nothing outside a worker.
import { sentError } from "@bertkit/checks";
import type { Tokenizer } from "../tokenizer.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { nodeModule } from "./node-module.ts";
import { offsetUnitOf } from "./offset-unit-names.ts";
import { tokenizerFromDescription } from "./tokenizer-description.ts";

interface Port {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
  listen(onMessage: (message: ToWorker) => void): void;
}

// No top-level await: bundlers build workers in a format without it, and a web worker must listen before its script
// ends.
serve(isWebWorker() ? webPort() : nodePort());

function serve(port: Port): void {
  let tokenizer: Tokenizer;
  port.listen((message) => {
    try {
      if (message.kind === "start") {
        tokenizer = tokenizerFromDescription(message.tokenizer);
        return;
      }
      const encoding = tokenizer.encodeRagged(message.inputs, {
        ...message.options,
        offsets: offsetUnitOf(message.offsets),
      });
      const arrays = [encoding.ids, encoding.rowSplits, ...(encoding.offsets ? [encoding.offsets] : [])];
      port.post(
        { job: message.job, encoding },
        arrays.map((array) => array.buffer as ArrayBuffer),
      );
    } catch (error) {
      port.post({ job: message.kind === "encode" ? message.job : -1, error: sentError(error) }, []);
    }
  });
}

function isWebWorker(): boolean {
  return "importScripts" in globalThis || "WorkerGlobalScope" in globalThis;
}

function webPort(): Port {
  const scope = globalThis as unknown as {
    postMessage(message: unknown, transfer: ArrayBuffer[]): void;
    addEventListener(event: "message", listener: (event: { data: ToWorker }) => void): void;
  };
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (onMessage) => scope.addEventListener("message", ({ data }) => onMessage(data)),
  };
}

function nodePort(): Port {
  const parentPort = nodeModule<{
    parentPort: null | {
      postMessage(message: unknown, transfer: ArrayBuffer[]): void;
      on(event: "message", listener: (message: ToWorker) => void): void;
    };
  }>("node:worker_threads")?.parentPort;
  return {
    post: (message, transfer) => parentPort?.postMessage(message, transfer),
    listen: (onMessage) => parentPort?.on("message", onMessage),
  };
}
