import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const names = ["open", "rename", "link", "rm", "mkdir", "readdir", "readFile", "writeFile", "lstat"] as const;
type Operation = (...args: never[]) => Promise<unknown>;
type Operations = Record<(typeof names)[number], Operation>;

/**
 * Calls and awaits `before` before every call of node:fs/promises and every operation on the files it opens.
 *
 * @returns a function that removes the watch and closes those files
 */
export function watchFileOperations(before: (operation: string) => Promise<void> | void): () => Promise<void> {
  const operations = promises as unknown as Operations;
  const originals = { ...operations };
  const opened: (() => Promise<unknown>)[] = [];
  const watched =
    (name: string, operation: Operation, self?: object): Operation =>
    async (...args) => {
      await before(name);
      return operation.apply(self, args);
    };
  for (const name of names) operations[name] = watched(name, originals[name]);
  operations.open = async (...args) => {
    const handle = (await watched("open", originals.open)(...args)) as Record<string, Operation>;
    opened.push(handle["close"]!.bind(handle));
    for (const method of ["writeFile", "sync", "close"]) handle[method] = watched(method, handle[method]!, handle);
    return handle;
  };
  syncBuiltinESMExports();
  return async () => {
    Object.assign(operations, originals);
    syncBuiltinESMExports();
    for (const close of opened) await close().catch(() => {}); // as the system does when a process exits
  };
}
