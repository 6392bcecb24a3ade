import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError } from "@bertkit/checkpoints";
import { Dense, Rng } from "@bertkit/nn";
import { stopAtFileOperation } from "@bertkit/testing";
import { adamW, trainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { RunFolder } from "./run-folder.ts";
import { RunFolderError } from "./run-folder-error.ts";
import type { SavedStage } from "./saved-stage.ts";

let directory: string;
let out: string;
let warnings: string[];
beforeAll(() => tf.setBackend("cpu"));
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-run-"));
  out = join(directory, "out");
  warnings = [];
});
afterEach(() => rm(directory, { recursive: true }));

const stages = ["training-state"];
const open = (options: object = {}): Promise<RunFolder> =>
  RunFolder.open(out, { stages, settings: { seed: 0 }, onWarning: (message) => warnings.push(message), ...options });
async function save(stage: SavedStage, step: number): Promise<void> {
  const w = tf.fill([4], step);
  try {
    await stage.save({ tensors: new Map([["w", w]]), json: { step }, progress: `step ${step}` });
  } finally {
    w.dispose();
  }
}
/** The step of the newest complete state. */
async function load(stage: SavedStage): Promise<number | undefined> {
  const loaded = await stage.load();
  if (loaded === undefined) return undefined;
  const { step } = loaded.json as { step: number };
  expect([...loaded.tensors.get("w")!.dataSync()]).toEqual(Array(4).fill(step));
  tf.dispose([...loaded.tensors.values()]);
  return step;
}
const [newest, previous] = ["training-state.safetensors", "training-state.previous.safetensors"];

test("the newest of two states is loaded; `finish` removes both, `close` the lock", async () => {
  const run = await open();
  const stage = run.stage("training-state");
  expect(await load(stage)).toBeUndefined();
  for (const step of [1, 2, 3]) await save(stage, step);
  expect((await readdir(out)).sort()).toEqual(["run.lock", previous, newest].sort());
  expect(run.progress).toEqual(new Map([["training-state", "step 3"]]));
  await run.close();
  const again = await open();
  expect(again.progress).toEqual(new Map([["training-state", "step 3"]]));
  expect(await load(again.stage("training-state"))).toBe(3);
  await again.finish();
  await again.close();
  expect(await readdir(out)).toEqual([]);
  expect(warnings).toEqual([]);
});

const damages: [string, (file: string) => Promise<void>][] = [
  ["a flipped bit in the tensors", (file) => flip(file, -9)],
  ["a flipped bit in the settings", async (file) => flip(file, (await readFile(file)).indexOf("seed"))],
  ["a flipped bit in the checksum", (file) => flip(file, -1)],
  ["half a file", async (file) => truncate(file, (await readFile(file)).length / 2)],
  ["an empty file", (file) => truncate(file, 0)],
  ["no file", (file) => rm(file)],
];
async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[(at + bytes.length) % bytes.length]! ^= 1;
  await writeFile(file, bytes);
}

test.each(damages)(
  "%s falls back to the previous state, which the next save keeps",
  async (name, damage) => {
    const first = await open();
    for (const step of [1, 2]) await save(first.stage("training-state"), step);
    await first.close();
    await damage(join(out, newest));
    const run = await open();
    const stage = run.stage("training-state");
    expect(await load(stage)).toBe(1);
    const warning = `${newest} is damaged; falling back to ${previous}, step 1.`;
    expect(warnings).toEqual(name === "no file" ? [] : [warning]);
    await save(stage, 2);
    await damage(join(out, newest));
    expect(await load(stage)).toBe(1);
    await damage(join(out, previous));
    expect(await load(stage)).toBeUndefined();
    if (name !== "no file") expect(warnings.at(-1)).toMatch(/damaged; training-state starts from the beginning/);
    await run.close();
  },
  30_000,
);

test("a save interrupted at any file operation leaves the previous state or the new one", async () => {
  const found: (number | undefined)[] = [];
  for (let at = 1, stopped = true; stopped; at++) {
    out = join(directory, String(at));
    const run = await open();
    const stage = run.stage("training-state");
    for (const step of [1, 2]) await save(stage, step);
    stopped = await stopAtFileOperation(at, () => save(stage, 3));
    found.push(await load(run.stage("training-state")));
    await run.close();
  }
  expect(found.length).toBeGreaterThan(10);
  expect(found).toEqual(found.toSorted());
  expect(new Set(found)).toEqual(new Set([2, 3]));
  expect(warnings).toEqual([]);
});

test("a second process gets an error with the holder; a dead holder's lock is released", async () => {
  const run = await open();
  const rejection = new RegExp(
    `out is in use by process ${process.pid} on ${hostname()}, since 20.*remove .*run\\.lock\\.`,
  );
  await expect(open()).rejects.toThrow(rejection);
  await expect(open()).rejects.toSatisfy(RunFolderError.isInstance);
  const lock = await readFile(join(out, "run.lock"), "utf8");
  await run.close();
  await mkdir(out);
  await writeFile(join(out, "run.lock"), lock.replace(/"process":"\d+-\d+/, '"process":"1-1'));
  await (await open()).close();
});

test("the lock is released also if the process exits while it closes the folder", async () => {
  const others = new Set(process.listeners("exit"));
  const run = await open();
  const closing = run.close();
  for (const listener of process.listeners("exit")) if (!others.has(listener)) listener.call(process, 0);
  expect(existsSync(join(out, "run.lock"))).toBe(false);
  await closing;
});

test("removes a folder that the run created and wrote nothing into; keeps an existing one", async () => {
  await (await open()).close();
  expect(await readdir(directory)).toEqual([]);
  await mkdir(out);
  await (await open()).close();
  expect(await readdir(directory)).toEqual(["out"]);
});

test("other settings are rejected by name, unless the run may be discarded; other data when its stage is loaded", async () => {
  const first = await open({ settings: { seed: 0, plan: { steps: 5 } } });
  await save(first.stage("training-state", { data: "a" }), 1);
  await first.close();
  await expect(open({ settings: { seed: 1, plan: { steps: 6, rate: 2 } } })).rejects.toThrow(
    "seed was 0, now it is 1; plan.steps was 5, now it is 6; plan.rate was missing, now it is 2. Run its command again",
  );
  const run = await open();
  await expect(run.stage("training-state", { data: "b" }).load()).rejects.toThrow('data was "a", now it is "b"');
  expect(await load(run.stage("training-state", { data: "a" }))).toBe(1);
  await run.close();
  const fresh = await open({ settings: { seed: 1 }, fresh: true });
  expect(await load(fresh.stage("training-state"))).toBeUndefined();
  await fresh.close();
});

test("a setting that was or is undefined is compared too; names of another version are not", async () => {
  const first = await open({ settings: { seed: 0, rate: undefined, length: 8, plan: { steps: 5, clip: undefined } } });
  await save(first.stage("training-state", { labels: undefined }), 1);
  await first.close();
  const now = (settings: object): Promise<RunFolder> => open({ settings });
  await expect(
    now({ seed: 0, rate: 0.1, length: undefined, plan: { steps: 5, clip: 1 }, patience: 2 }),
  ).rejects.toThrow(
    "rate was not set, now it is 0.1; length was 8, now it is not set; plan.clip was not set, now it is 1.",
  );
  const run = await now({ seed: 0, rate: undefined, length: 8, plan: { steps: 5, limit: undefined } });
  await expect(run.stage("training-state", { labels: ["b", "a"] }).load()).rejects.toThrow(
    'labels was not set, now it is ["b","a"]',
  );
  expect(await load(run.stage("training-state", { labels: undefined }))).toBe(1);
  await run.close();
});

test("a removed folder is created again, and locked", async () => {
  const run = await open();
  const stage = run.stage("training-state");
  await save(stage, 1);
  await rm(out, { recursive: true });
  await save(stage, 2);
  expect(await load(stage)).toBe(2);
  await expect(open()).rejects.toThrow(/in use by process/);
  await rm(out, { recursive: true });
  const other = await open();
  await expect(save(stage, 3)).rejects.toThrow(/in use by process/);
  await other.close();
  await run.close();
});

test("outputs that cannot be written are reported first, and the check leaves no files", async () => {
  await mkdir(join(out, "report.html"), { recursive: true });
  await writeFile(join(out, "model"), "a file");
  await expect(open({ outputs: ["report.html"] })).rejects.toThrow(
    /report\.html cannot be written: a folder has that name/,
  );
  await expect(open({ outputs: ["model/"] })).rejects.toThrow(/model\/ cannot be written: a file has that name/);
  await (await open({ outputs: ["other/", "new.html"] })).close();
  expect((await readdir(out)).sort()).toEqual(["model", "report.html"]);
  await writeFile(join(directory, "file"), "");
  out = join(directory, "file/out");
  await expect(open()).rejects.toThrow(/file\/out is below a file, which is not a folder\. Choose another folder/);
  out = join(directory, "file");
  await expect(open()).rejects.toThrow(/\/file is a file, not a folder\. Choose another folder/);
  await expect(open()).rejects.toSatisfy(RunFolderError.isInstance);
});

test("clones of a tensor are saved once", async () => {
  const run = await open();
  const stage = run.stage("training-state");
  const [a, b] = [tf.fill([1000], 1), tf.fill([10], 2)];
  const shared: Record<string, tf.Tensor> = { a, "copy of a": tf.clone(a), b, "b as a matrix": tf.reshape(b, [2, 5]) };
  await stage.save({ tensors: new Map(Object.entries(shared)), progress: "step 1" });
  expect((await readFile(join(out, newest))).length).toBeLessThan(6000);
  const { tensors } = (await stage.load())!;
  expect([...tensors.keys()].sort()).toEqual(Object.keys(shared).sort());
  for (const [name, { shape }] of Object.entries(shared)) {
    const loaded = tensors.get(name)!;
    expect([loaded.shape, loaded.dataSync()]).toEqual([shape, shared[name]!.dataSync()]);
  }
  tf.dispose([...tensors.values(), ...Object.values(shared)]);
  await run.close();
});

test("training is saved and restored with additional values", async () => {
  const make = (seed: number) => {
    const rng = new Rng(seed);
    return { model: new Dense({ inputSize: 2, outputSize: 1, rng }), optimizer: adamW({ learningRate: 0.1 }), rng };
  };
  const run = await open();
  const [first, second] = [make(1), make(2)];
  const stage = run.stage("training-state");
  await stage.saveTraining(first, "step 0", { curve: [1, NaN, -Infinity] });
  const { numTensors } = tf.memory();
  expect(await stage.restoreTraining(second)).toEqual({
    history: { curve: [1, NaN, -Infinity] },
    progress: "step 0",
  });
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(trainingState(second).json).toEqual(trainingState(first).json);
  await run.close();
});

test.runIf(process.platform === "linux")(
  "a read-only file system is named, and nothing is locked or left behind",
  async () => {
    // Nobody can create folders in /proc; a mount needs privileges that not every machine grants.
    await expect(RunFolder.open("/proc/bertkit-run/out", { stages })).rejects.toThrow(
      "/proc/bertkit-run/out cannot be created, as on a read-only file system. Choose another folder.",
    );
    await mkdir(out);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", out]).status !== 0) return;
    try {
      const opened = RunFolder.open(join(out, "run"), { stages });
      await expect(opened).rejects.toThrow(RunFolderError);
      await expect(opened).rejects.toThrow("cannot be created, as on a read-only file system. Choose another folder.");
      const existing = open();
      await expect(existing).rejects.toThrow(CheckpointError);
      await expect(existing).rejects.toThrow("the file system is read-only. Choose another folder");
      expect(await readdir(out)).toEqual([]);
    } finally {
      spawnSync("umount", ["-l", out]);
    }
  },
);
