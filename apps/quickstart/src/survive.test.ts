// Runs that are killed, or whose disk is full or whose folder is removed, end with the same bits as an undisturbed run.
// BERTKIT_KILLS sets the number of killed runs.
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Rng } from "@bertkit/nn";

const program = fileURLToPath(new URL("./__fixtures__/small-run.ts", import.meta.url));
const kills = Number(process.env["BERTKIT_KILLS"] ?? 4);

let folder: string;
let whole: string;
/** Training steps and file operations of an undisturbed run. */
let events: number;

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  result: string | undefined;
}

function run(args: string[], limit = ""): Promise<Ended> {
  const command = [process.execPath, "--import", "tsx", program, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("sh", ["-c", `${limit} exec ${command}`], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) =>
    child.on("close", (code, signal) =>
      resolve({ code, signal, stdout, stderr, result: /result (\w+)/.exec(stdout)?.[1] }),
    ),
  );
}

/** Only the expected files. */
async function expectClean(out: string): Promise<void> {
  const left = (await readdir(out, { recursive: true })).filter((name) => /\.tmp$|state|lock/.test(name));
  expect(left).toEqual([]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-survive-"));
  const out = join(folder, "whole");
  const ended = await run([out]);
  if (ended.result === undefined) throw new Error(ended.stderr);
  whole = ended.result;
  events = Number(/(\d+) events/.exec(ended.stdout)![1]);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it(`${kills} runs killed at random moments, resumed, end with the same bits`, { timeout: 3_600_000 }, async () => {
  const rng = new Rng(11);
  const moments: string[] = [];
  for (let chain = 0; moments.length < kills; chain++) {
    const out = join(folder, `killed ${chain}`);
    for (;;) {
      const at = moments.length < kills ? rng.integer(1, Math.floor(events / 2)) : 0;
      const ended = await run([out, "--kill-at", String(at)]);
      if (ended.result !== undefined) {
        expect(ended.result).toBe(whole);
        break;
      }
      expect(ended.signal ?? ended.code, ended.stderr).toBe("SIGKILL");
      moments.push(/killed (while .*)/.exec(ended.stdout)![1]!);
    }
    await expectClean(out);
  }
  console.log(`${moments.length} kills:\n${moments.join("\n")}`);
});

it("saves continue after the folder was removed, and the result is the same", { timeout: 300_000 }, async () => {
  const ended = await run([join(folder, "removed"), "--remove-at", String(Math.floor(events / 4))]);
  // If the folder is removed in the middle of a save, that save fails, and the next one creates the folder again.
  if (ended.stderr.includes("not saved")) expect(ended.stderr).toMatch(/its folder is gone.*\nsaving works again/s);
  expect(ended.result).toBe(whole);
});

it("a full disk: training continues, ends with what could be saved, and resumes", { timeout: 300_000 }, async () => {
  const out = join(folder, "full");
  await mkdir(out);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=100k", "tmpfs", out]).status === 0;
  try {
    // A state has 86 kB: the first fits, the second beside it does not. Without a mount no file may have 32 kB.
    const full = await run([out], mounted ? "" : "ulimit -f 64;");
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(
      mounted
        ? /not saved: .*training-state.safetensors cannot be written: the disk is full\. .*\(ENOSPC\)/
        : /not saved: .* beyond the limit for this process\. .*\(EFBIG\)/,
    );
    expect(full.stderr.match(/not saved/g)!.length).toBeLessThan(4); // once each time that saving starts to fail
    if (mounted) expect(spawnSync("mount", ["-o", "remount,size=10m", out]).status).toBe(0);
    const ended = await run([out]);
    if (mounted) expect(ended.stdout).toMatch(/resuming from step 1 of the interrupted run/);
    expect(ended.result).toBe(whole);
    await expectClean(out);
  } finally {
    if (mounted) spawnSync("umount", ["-l", out]);
  }
});

it("falls back to the previous state if one is damaged, and reports it", { timeout: 300_000 }, async () => {
  const out = join(folder, "damaged");
  await run([out, "--kill-at", String(Math.floor(events / 3))]);
  const file = join(out, "training-state.safetensors");
  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 4;
  await writeFile(file, bytes);
  const ended = await run([out]);
  expect(ended.stderr).toMatch(/training-state\.safetensors is damaged; falling back to training-state\.previous\./);
  expect(ended.result).toBe(whole);
});
