import { sentError } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { type OwnBuffer, pack, unpack } from "./message.ts";
import type { Port } from "./port.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

type Call = Exclude<ToWorker, { readonly hello: true }>;

interface Generator {
  readonly name: string;
  readonly given: unknown[];
  readonly results: AsyncGenerator;
}

/**
 * In a worker: calls functions for the thread at the other end. Calls, and the steps of async generators, run one after
 * the other: TensorFlow.js's scopes are global, so concurrent calls would mix.
 * @param where the public function that serves them, for messages
 * @param ownBuffer the memory of results that need not be copied
 */
export function answerCalls(
  functions: Readonly<Record<string, unknown>>,
  port: Port,
  where: string,
  ownBuffer: OwnBuffer = () => undefined,
): void {
  const running = new Map<number, Generator>();

  const send = async (id: number, value: unknown, done: boolean, what: string): Promise<void> => {
    const { message, transfer } = await pack(value, ownBuffer);
    try {
      port.post({ id, result: message, done } satisfies FromWorker, transfer);
    } catch (error) {
      throw new Error(
        `${where}: ${what} cannot be sent to another thread: "${(error as Error).message}". Return tensors, arrays and plain objects.`,
        { cause: error },
      );
    }
  };
  const sendError = (id: number, error: unknown): void =>
    port.post({ id, error: sentError(error) } satisfies FromWorker);
  const end = (id: number): void => {
    tf.dispose(running.get(id)?.given as tf.TensorContainer);
    running.delete(id);
  };

  const call = async (id: number, name: string, args: unknown): Promise<void> => {
    const given = unpack(args) as unknown[];
    const called = functions[name] as (...given: unknown[]) => unknown;
    if (isGenerator(called)) {
      running.set(id, { name, given, results: called(...given) as AsyncGenerator });
      return step(id, true);
    }
    try {
      const value = await called(...given);
      if (typeof value === "object" && value !== null && Symbol.asyncIterator in value)
        throw new TypeError(`${where}: ${name} returns an async iterable. Write it as an async function*.`);
      await send(id, value, true, `what ${name} returns`);
    } finally {
      tf.dispose(given as tf.TensorContainer);
    }
  };
  const step = async (id: number, next: boolean): Promise<void> => {
    const { name, results } = running.get(id)!;
    try {
      const { value, done = false } = await (next ? results.next() : results.return(undefined));
      if (done) end(id);
      await send(id, value, done, `what ${name} yields`);
    } catch (error) {
      end(id);
      await results.return(undefined).catch(() => {}); // the first error is the one to report
      throw error;
    }
  };

  const answer = async (message: Call): Promise<void> =>
    "name" in message ? call(message.id, message.name, message.args) : step(message.id, message.next);

  let last: Promise<void> = Promise.resolve();
  const names = Object.keys(functions).filter((name) => typeof functions[name] === "function");
  const announce = (): void => {
    const generators = names.filter((name) => isGenerator(functions[name]));
    port.post({ names, generators } satisfies FromWorker);
  };
  port.onMessage((given) => {
    const message = given as ToWorker;
    if ("hello" in message) announce();
    else last = last.then(() => answer(message)).catch((error: unknown) => sendError(message.id, error));
  });
  announce();
}

function isGenerator(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncGeneratorFunction]";
}
