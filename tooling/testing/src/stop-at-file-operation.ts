import { watchFileOperations } from "./watch-file-operations.ts";

/**
 * Runs `work` and stops it forever at file operation number `at` (from 1), as a crash would: nothing runs after that,
 * not even `catch` or `finally`.
 *
 * @returns whether it stopped; false if `work` finished before
 */
export async function stopAtFileOperation(at: number, work: () => Promise<unknown>): Promise<boolean> {
  let count = 0;
  let stop = (): void => {};
  const stopped = new Promise<true>((resolve) => (stop = () => resolve(true)));
  const unwatch = watchFileOperations(async () => {
    if (++count < at) return;
    stop();
    await new Promise(() => {});
  });
  try {
    return await Promise.race([work().then(() => false), stopped]);
  } finally {
    await unwatch();
  }
}
