import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const names = ["open", "rename", "link", "rm", "mkdir", "readdir", "readFile", "writeFile", "lstat"] as const;
type Operations = Record<(typeof names)[number], (...args: never[]) => Promise<unknown>>;

/**
 * Runs `work` and stops it for ever at its file operation `at` (from 1), as a crash would: nothing of it runs after that,
 * neither `catch` nor `finally`. Calls of node:fs/promises count, and what is done with a file that it opens.
 *
 * @returns whether it stopped; false where `work` ended first
 */
export async function stopAtFileOperation(at: number, work: () => Promise<unknown>): Promise<boolean> {
  const operations = promises as unknown as Operations;
  const originals = { ...operations };
  let count = 0;
  let stop = (): void => {};
  const opened: (() => Promise<unknown>)[] = [];
  const stopped = new Promise<true>((resolve) => (stop = () => resolve(true)));
  const counted =
    (operation: (...args: never[]) => Promise<unknown>, self?: object) =>
    async (...args: never[]): Promise<unknown> => {
      if (++count >= at) {
        stop();
        await new Promise(() => {});
      }
      return operation.apply(self, args);
    };
  for (const name of names) operations[name] = counted(originals[name]);
  operations.open = async (...args) => {
    const handle = (await counted(originals.open)(...args)) as Record<string, (...args: never[]) => Promise<unknown>>;
    opened.push(handle["close"]!.bind(handle));
    for (const method of ["writeFile", "sync", "close"]) handle[method] = counted(handle[method]!, handle);
    return handle;
  };
  syncBuiltinESMExports();
  try {
    return await Promise.race([work().then(() => false), stopped]);
  } finally {
    Object.assign(operations, originals);
    syncBuiltinESMExports();
    for (const close of opened) await close().catch(() => {}); // as the system does for a process that ends
  }
}
