import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isRunning, processToken } from "./process-token.ts";
import { isTemporary, removeLeftovers, temporaryPath } from "./temporary-file.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-leftovers-"))));
afterEach(() => rm(directory, { recursive: true }));

const own = processToken().split("-");
const token = (...changes: [at: number, value: string][]): string =>
  own.map((part, i) => changes.find(([at]) => at === i)?.[1] ?? part).join("-");

test("distinguishes a process from a later one with the same id, and from those elsewhere", () => {
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  expect(isRunning(processToken())).toBe(true);
  expect(isRunning(token([0, String(dead)]))).toBe(false);
  if (process.platform === "linux") {
    expect(isRunning(token([1, "1"]))).toBe(false); // its id was reused
    expect(isRunning(token([3, "00000000"]))).toBe(false); // the machine was rebooted
    expect(isRunning(token([4, "00000000"]))).toBeUndefined(); // another container
  }
  expect(isRunning(token([2, "00000000"]))).toBeUndefined(); // another machine
});

test.skipIf(process.platform !== "linux")("a zombie is dead", async () => {
  const shell = spawn("sh", ["-c", "true & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const pid = await new Promise<string>((resolve) =>
      shell.stdout.on("data", (text: Buffer) => resolve(text.toString().trim())),
    );
    let running: boolean | undefined = true;
    for (let i = 0; i < 200 && running !== false; i++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      running = isRunning(token([0, pid], [1, "0"])); // undefined before: without a start time it could be a later process
    }
    expect(running).toBe(false);
  } finally {
    shell.kill("SIGKILL");
  }
});

test("removes files of dead processes, not those of living ones or any others", async () => {
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  const nameOf = (of: string): string => basename(temporaryPath("model.safetensors")).replace(processToken(), () => of);
  await mkdir(join(directory, "model"));
  const left = [nameOf(token([0, String(dead)])), `model/${nameOf(token([0, String(dead)]))}`];
  const kept = [nameOf(processToken()), nameOf(token([2, "00000000"])), "mine.tmp", "model/model.safetensors"];
  for (const name of [...left, ...kept]) await writeFile(join(directory, name), "x");
  expect([...left, ...kept].map((name) => isTemporary(name))).toEqual([true, true, true, true, false, false]);
  expect(await removeLeftovers(directory)).toEqual([join(directory, left[0]!)]);
  expect(await removeLeftovers(directory, { recursive: true })).toEqual([join(directory, left[1]!)]);
  const rest = await readdir(directory, { recursive: true });
  expect(rest.filter((name) => name !== "model").sort()).toEqual(kept.toSorted());
  expect(await removeLeftovers(join(directory, "none"))).toEqual([]);
});
