import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LockHolder, acquireFileLock, withFileLock } from "./file-lock.ts";
import { processToken } from "./process-token.ts";

let directory: string;
let lock: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-lock-"));
  lock = join(directory, "locks/one.lock");
});
afterEach(() => rm(directory, { recursive: true }));

const program = fileURLToPath(new URL("./__fixtures__/count-under-lock.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const start = (file: string, times: number, probability: number): ChildProcess =>
  spawn(process.execPath, ["--import", tsx, program, lock, file, String(times), String(probability)]);

/** How often a process counted, and the signal that ended it. */
async function counted(child: ChildProcess): Promise<{ times: number; signal: NodeJS.Signals | null }> {
  let text = "";
  child.stdout!.on("data", (piece: Buffer) => (text += piece.toString()));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, by) => resolve(by)));
  return { times: text.split("counted").length - 1, signal };
}

const linux = process.platform === "linux";

test.skipIf(!linux)(
  "one process at a time; the lock of a killed process is taken over at once",
  { timeout: 60_000 },
  async () => {
    const file = join(directory, "number");
    await writeFile(file, "0");
    const ends = await Promise.all(Array.from({ length: 6 }, () => counted(start(file, 25, 0.04))));
    expect(await readFile(file, "utf8")).toBe(String(ends.reduce((sum, { times }) => sum + times, 0)));
    const onWait = (): void => expect.fail("the holder is dead");
    await withFileLock(lock, async () => {}, { onWait });
    expect(await readdir(join(directory, "locks"))).toEqual([]);
  },
);

test("waits for a living holder and reports it; an abort ends the wait", async () => {
  const held = await acquireFileLock(lock);
  const notified: LockHolder[] = [];
  const options = { onWait: (holder: LockHolder) => void notified.push(holder) };
  await expect(acquireFileLock(lock, { ...options, signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/);
  expect(notified).toEqual([
    { id: expect.any(String), since: expect.any(String), pid: process.pid, process: processToken() },
  ]);
  const next = acquireFileLock(lock);
  await held.release();
  const following = await next;
  await held.release(); // must not release the next holder's lock
  expect(existsSync(lock)).toBe(true);
  await following.release();
  expect(existsSync(lock)).toBe(false);
});

test.skipIf(!linux)("a later process with the same id is not the holder", async () => {
  const later = processToken().replace(/-\d+-/, "-1-");
  await withFileLock(lock, async () => {
    await writeFile(lock, JSON.stringify({ id: "dead", pid: process.pid, process: later }));
    const taken = await acquireFileLock(lock);
    expect(JSON.parse(await readFile(lock, "utf8"))).toMatchObject({ process: processToken() });
    await taken.release();
  });
});

test("a holder elsewhere is dead if it stops renewing, whatever its clock", { timeout: 40_000 }, async () => {
  const deadAfter = 3_000;
  await withFileLock(lock, async () => {});
  await writeFile(lock, JSON.stringify({ id: "elsewhere", pid: 1, process: "1-1-00000000-00000000-00000000" }));
  const beat = setInterval(() => void utimes(lock, 0, Date.now() / 1000 - 86_400), 500); // its clock is a day behind
  await expect(acquireFileLock(lock, { deadAfter, signal: AbortSignal.timeout(6_000) })).rejects.toThrow(/timeout/);
  clearInterval(beat);
  await (await acquireFileLock(lock, { deadAfter })).release();
});
