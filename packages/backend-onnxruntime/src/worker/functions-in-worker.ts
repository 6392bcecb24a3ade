import { receivedError } from "@bertkit/checks";
import { pack, unpack } from "./message.ts";
import type { StartedWorker } from "./port.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

type AnyFunction = (...args: never[]) => unknown;

/**
 * Functions of a module as another thread calls them: async generators remain async generators; all others return
 * promises.
 */
export type InWorker<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyFunction ? Name : never]: Module[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? [Result] extends [AsyncGenerator<infer Item, infer Last>]
      ? (...args: Args) => AsyncGenerator<Item, Last, undefined>
      : (...args: Args) => Promise<Awaited<Result>>
    : never;
};

export interface ModuleInWorker<Module> {
  readonly functions: InWorker<Module>;
  /** Ends the thread; pending calls are rejected. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Answer {
  readonly result: unknown;
  readonly done: boolean;
}

type Call = Exclude<ToWorker, { readonly hello: true }>;

/**
 * The functions that a worker serves, when it has started.
 * @param where the public function that is called, for messages
 * @param what the worker, for messages
 * @throws the reason if the worker does not start
 */
export async function functionsInWorker<Module>(
  worker: StartedWorker,
  where: string,
  what: string,
): Promise<ModuleInWorker<Module>> {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let gone: Error | undefined;

  const settle = (id: number, use: (call: Waiting) => void): void => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.keepsAlive(false);
    if (call !== undefined) use(call);
  };
  const end = (reason: Error | string): Error => {
    gone ??= typeof reason === "string" ? new Error(`${where}: ${what} has ended: ${reason}. Start it again.`) : reason;
    for (const id of waiting.keys()) settle(id, ({ reject }) => reject(gone));
    return gone;
  };

  const { names, generators } = await new Promise<Extract<FromWorker, { names: unknown }>>((resolve, reject) => {
    worker.onEnd((reason) => reject(end(reason)));
    worker.onMessage((given) => {
      const message = given as FromWorker;
      if ("names" in message) return resolve(message);
      if ("failed" in message) {
        worker.end();
        return reject(receivedError(message.failed));
      }
      settle(message.id, (call) => {
        if ("error" in message) return call.reject(receivedError(message.error));
        try {
          call.resolve({ result: unpack(message.result), done: message.done });
        } catch (error) {
          call.reject(error);
        }
      });
    });
    worker.post({ hello: true } satisfies ToWorker);
  });
  worker.keepsAlive(false);

  const ask = (message: Call, name: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) throw gone;
      waiting.set(message.id, { resolve, reject });
      worker.keepsAlive(true);
      try {
        worker.post(message);
      } catch (error) {
        const reason = `${where}: an argument of ${name} cannot be sent to a thread: "${(error as Error).message}". Send tensors, arrays and plain objects.`;
        settle(message.id, () => reject(new Error(reason, { cause: error })));
      }
    });
  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const { message } = await pack(args);
    return (await ask({ id: calls++, name, args: message }, name)).result;
  };
  async function* generate(name: string, args: readonly unknown[]): AsyncGenerator {
    const id = calls++;
    const { message } = await pack(args);
    let ended = true; // true while a result is awaited: an error then has ended the generator in the worker too
    try {
      let answer = await ask({ id, name, args: message }, name);
      for (;;) {
        if (answer.done) return answer.result;
        ended = false;
        yield answer.result;
        ended = true;
        answer = await ask({ id, next: true }, name);
      }
    } finally {
      if (!ended) await ask({ id, next: false }, name);
    }
  }
  const functions = Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => (generators.includes(name) ? generate(name, args) : call(name, args)),
    ]),
  );
  return {
    functions: functions as InWorker<Module>,
    close: async () => {
      await worker.end();
      end("close()");
    },
  };
}
