import { watchFileOperations } from "./watch-file-operations.ts";

/**
 * Runs `work` and stops it for ever at its file operation `at` (from 1), as a crash would: nothing of it runs after that,
 * neither `catch` nor `finally`.
 *
 * @returns whether it stopped; false where `work` ended first
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
