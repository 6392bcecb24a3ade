// The real app, stopped by signals while it saves its models, resumes and ends with the files of a run that was never
// stopped. Runs in `npm run fuzz -- runs`: one run and its stops take minutes.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import { Rng } from "@bertkit/nn";
import { fromPretrained } from "bertkit";

const fixture = new URL("./__fixtures__/signal-while-saving.ts", import.meta.url).href;
const program = fileURLToPath(new URL("./main.ts", import.meta.url));
const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const stops = 6;

let folder: string;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "bertkit-saving-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** File operations while the models were saved. */
  operations: number;
}

async function run(out: string, environment: Record<string, string> = {}): Promise<Ended> {
  const operations = join(folder, "operations");
  const args = [
    "--import",
    "tsx",
    "--import",
    fixture,
    program,
    "--size",
    "tiny",
    "--steps",
    "12",
    "--draws",
    "3",
    "--out",
    out,
  ];
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, BERTKIT_OPERATIONS: operations, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr, operations: Number(await readFile(operations, "utf8")) };
}

async function filesOf(out: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of ["model", "spam-classifier"])
    for (const file of (await readdir(join(out, name))).sort())
      files.set(`${name}/${file}`, (await readFile(join(out, name, file))).toString("base64"));
  return files;
}

it.skipIf(process.env["BERTKIT_KILLS"] === undefined)(
  `${stops} signals while the models are saved lose nothing`,
  { timeout: 3_600_000 },
  async () => {
    const whole = await run(join(folder, "whole"));
    expect(whole.code, whole.stderr).toBe(0);
    expect(whole.operations).toBeGreaterThan(stops);
    const expected = await filesOf(join(folder, "whole"));

    const rng = new Rng(5);
    const out = join(folder, "stopped");
    const loaded: string[] = [];
    for (let stop = 0; stop < stops; stop++) {
      const signal = signals[stop % signals.length]!;
      // From the first operation to the last, one moment in each part.
      const part = whole.operations / stops;
      const at = Math.floor(stop * part) + rng.integer(1, Math.floor(part));
      const ended = await run(out, { BERTKIT_SIGNAL: signal, BERTKIT_SIGNAL_AT: String(at) });
      expect(ended.code, ended.stderr).toBe(128 + constants.signals[signal]);
      expect(ended.stderr).toContain(`quickstart: ${signal}: stopped. Saved in ${out}`);
      expect(ended.stdout).not.toContain("the new process gave");
      for (const name of ["model", "spam-classifier"]) {
        const complete = existsSync(join(out, name)) && (await loads(join(out, name)));
        loaded.push(`${signal} before operation ${at}: ${name} ${complete ? "loads" : "is not there yet"}`);
        if (!complete) continue;
        for (const [file, bytes] of expected)
          if (file.startsWith(`${name}/`) && existsSync(join(out, file)))
            expect((await readFile(join(out, file))).toString("base64"), file).toBe(bytes);
      }
    }
    const ended = await run(out);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await filesOf(out)).toEqual(expected);
    expect((await readdir(out, { recursive: true })).filter((name) => /\.tmp|state|lock/.test(name))).toEqual([]);
    console.log(loaded.join("\n"));
  },
);

async function loads(path: string): Promise<boolean> {
  try {
    await fromPretrained(path);
    return true;
  } catch (error) {
    expect((error as Error).name).toBe("CheckpointError"); // never new weights with an old tokenizer or config
    return false;
  }
}
