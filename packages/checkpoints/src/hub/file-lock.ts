import { mkdir, open, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";

const renewed = 2_000;
const stale = 15_000;

/**
 * Does some work while no other process does the same: a file that one of them makes is the lock. Its holder renews it,
 * so one that was left behind by a process that died is taken over after 15 seconds.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) await new Promise((resolve) => setTimeout(resolve, 50));
  const renew = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), renewed);
  try {
    return await work();
  } finally {
    clearInterval(renew);
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > stale) await rm(path, { force: true });
    return false;
  }
}
