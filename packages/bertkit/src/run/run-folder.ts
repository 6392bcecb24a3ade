import { rm } from "node:fs/promises";
import { join } from "node:path";
import { localFolder, makeFolder, type ProcessLock, removeLeftovers, takeLock } from "@bertkit/checkpoints/node";
import { checkOutputs } from "./check-outputs.ts";
import { RunFolderError } from "./run-folder-error.ts";
import type { RunSettings } from "./run-settings.ts";
import { SavedStage, stageFiles } from "./saved-stage.ts";

export interface RunFolderOptions {
  /** Names of the stages that save a state, such as "training-state"; each has its files, `NAME.safetensors` and one before. */
  stages: readonly string[];
  /** What decides the run: compared, by name, with that of an interrupted run which is resumed. */
  settings?: RunSettings;
  /** Drop an interrupted run that the folder holds. */
  fresh?: boolean;
  /** What the run will write there, files and folders ("model/"): tried before anything is trained. */
  outputs?: readonly string[];
  /** Told, in a sentence, of what is damaged and what is done about it. Default: stderr. */
  onWarning?: (message: string) => void;
}

const lockFile = "run.lock";

/**
 * The folder that a training run writes to, and the interrupted run that it may hold. One process at a time has it; one
 * that was killed leaves it free. States are written aside, synced and renamed, checked when they are read, and the one
 * before is kept.
 */
export class RunFolder {
  readonly path: string;
  readonly #options: RunFolderOptions;
  readonly #stages = new Map<string, SavedStage>();
  readonly #releaseNow = (): void => this.#lock.releaseNow();
  #lock: ProcessLock;

  private constructor(path: string, options: RunFolderOptions, lock: ProcessLock) {
    this.path = path;
    this.#options = options;
    this.#lock = lock;
    process.once("exit", this.#releaseNow);
  }

  /**
   * Opens or makes the folder, and removes what a killed process left half-written in it.
   *
   * @throws RunFolderError where another process has it, where it holds a run with other settings, or where an output
   *   cannot be written; CheckpointError where the folder itself cannot
   */
  static async open(path: string, options: RunFolderOptions): Promise<RunFolder> {
    const run = new RunFolder(path, options, await lock(path));
    try {
      await removeLeftovers(path, { recursive: true });
      await checkOutputs(path, options.outputs ?? []);
      if (options.fresh) await run.finish();
      else for (const name of options.stages) await run.stage(name).requireSameSettings();
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** A stage by name, with what decides it beside the run's settings, such as a fingerprint of its data. */
  stage(name: string, settings: RunSettings = {}): SavedStage {
    if (!this.#options.stages.includes(name)) throw new Error(`RunFolder: there is no stage "${name}".`);
    const warn = this.#options.onWarning ?? ((message) => void process.stderr.write(`${message}\n`));
    const folder = { path: this.path, hold: () => this.#hold(), warn };
    const known = this.#stages.get(name)?.progress;
    const stage = new SavedStage(folder, name, { ...this.#options.settings, ...settings }, known);
    this.#stages.set(name, stage);
    return stage;
  }

  /** The path of a file or folder in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, whole or not at all. */
  async write(name: string, content: string): Promise<void> {
    await localFolder(this.path).write(name, new TextEncoder().encode(content));
  }

  /** How far each stage is that is saved, by name. */
  get progress(): ReadonlyMap<string, string> {
    const saved = [...this.#stages.values()].flatMap(({ name, progress }): [string, string][] =>
      progress === undefined ? [] : [[name, progress]],
    );
    return new Map(saved);
  }

  /** Removes every stage's state: nothing is left to resume. */
  async finish(): Promise<void> {
    for (const file of this.#options.stages.flatMap(stageFiles)) await rm(this.file(file), { force: true });
    this.#stages.clear();
  }

  /** Gives the folder free. */
  async close(): Promise<void> {
    process.off("exit", this.#releaseNow);
    await this.#lock.release();
  }

  /** Makes sure of the lock, which goes with a folder that is removed. */
  async #hold(): Promise<void> {
    if (!(await this.#lock.isHeld())) this.#lock = await lock(this.path);
  }
}

async function lock(path: string): Promise<ProcessLock> {
  // The lock says why else it cannot be written; of a folder that could not be made it sees only that it is not there.
  await makeFolder(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EROFS" || error.code === "ENOENT")
      throw new RunFolderError(
        "OUTPUT",
        `${path} cannot be made, as on a read-only file system. Choose another folder.`,
      );
  });
  const file = join(path, lockFile);
  const taken = await takeLock(file);
  if (!("holder" in taken)) return taken;
  const { pid, host, since } = taken.holder;
  const who = pid === undefined ? "another process" : `process ${pid} on ${host}, since ${since}`;
  throw new RunFolderError(
    "LOCKED",
    `${path} is in use by ${who}. Wait for it, stop it, or choose another folder; if it no longer runs, remove ${file}.`,
  );
}
