import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./process-lock.ts";
import { processToken } from "./process-token.ts";

const program = fileURLToPath(new URL("../__fixtures__/hold-lock.ts", import.meta.url));
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-lock-"));
  path = join(directory, "run.lock");
});
afterEach(() => rm(directory, { recursive: true }));

interface Holding {
  child: ChildProcess;
  /** Its output: "held" or the process id of the holder. */
  output: Promise<string>;
  ended: Promise<unknown>;
}

function holdElsewhere(args: string[] = []): Holding {
  const child = spawn(process.execPath, ["--import", "tsx", program, path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const output = new Promise<string>((resolve) =>
    child.stdout!.once("data", (text: Buffer) => resolve(text.toString().trim())),
  );
  return { child, output, ended: new Promise((resolve) => child.once("close", resolve)) };
}

test("is held by one process, which others can see, until it is released or the holder is killed", async () => {
  const { child, output, ended } = holdElsewhere();
  expect(await output).toBe("held");
  const second = await takeLock(path);
  expect(second).toEqual({ holder: expect.objectContaining({ pid: child.pid, host: hostname() }) as object });
  child.kill("SIGKILL");
  await ended;
  const lock = await takeLock(path);
  if ("holder" in lock) throw new Error("the holder is dead");
  expect(await takeLock(path)).toMatchObject({ holder: { pid: process.pid } });
  expect(await lock.isHeld()).toBe(true);
  await lock.release();
  expect(await lock.isHeld()).toBe(false);
  expect(await readdir(directory)).toEqual([]);
});

test("only one of several processes takes over from a dead holder", { timeout: 120_000 }, async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (let round = 0; round < 2; round++) {
    const dead = { pid, id: "x", process: processToken().replace(/^\d+/, String(pid)) };
    await writeFile(path, JSON.stringify(dead));
    await writeFile(`${path}.takeover`, JSON.stringify(dead)); // also of a process that died while taking over
    const at = String(Date.now() + 3000);
    const all = Array.from({ length: 4 }, () => holdElsewhere([at]));
    const output = await Promise.all(all.map((each) => each.output));
    const holders = all.filter((_, i) => output[i] === "held");
    expect(holders).toHaveLength(1);
    expect(output.filter((text) => text === String(holders[0]!.child.pid))).toHaveLength(3);
    for (const { child } of all) child.stdin!.end();
    await Promise.all(all.map(({ ended }) => ended));
    expect(await readdir(directory)).toEqual([]);
  }
});

test("an unreadable lock file, or one of a process elsewhere, counts as held", async () => {
  await writeFile(path, "");
  expect(await takeLock(path)).toEqual({ holder: {} });
  const elsewhere = { pid: 5, host: "other", since: "then", id: "x", process: "5-1-00000000-00000000-00000000" };
  await writeFile(path, JSON.stringify(elsewhere));
  expect(await takeLock(path)).toEqual({ holder: elsewhere });
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(elsewhere);
});

test("says why it cannot be acquired", async () => {
  await writeFile(path, "a file");
  await expect(takeLock(join(path, "run.lock"))).rejects.toThrow(/cannot be written: part of its path is not a folder/);
});

test("is lost, and released without an error, if a file replaces the folder", async () => {
  const lock = await takeLock(path);
  if ("holder" in lock) throw new Error("nobody holds it");
  await rm(directory, { recursive: true });
  await writeFile(directory, "a file");
  expect(await lock.isHeld()).toBe(false);
  await lock.release();
  await expect(takeLock(path)).rejects.toThrow(/cannot be written: part of its path is not a folder/);
});
