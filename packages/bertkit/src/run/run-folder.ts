import {
  arrayOf,
  callable,
  checkOptions,
  checkText,
  object,
  required,
  text,
  trueOrFalse,
  type Rules,
} from "@bertkit/checks";
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { localFolder, makeFolder, type ProcessLock, removeLeftovers } from "@bertkit/checkpoints/node";
import { checkOutputs } from "./check-outputs.ts";
import { lockFolder } from "./lock-folder.ts";
import { RunFolderError } from "./run-folder-error.ts";
import type { RunSettings } from "./run-settings.ts";
import { SavedStage, stageFiles } from "./saved-stage.ts";

export interface RunFolderOptions {
  /**
   * Names of the stages with saved state, such as "training-state". Each has a file `NAME.safetensors` and a previous
   * one.
   */
  readonly stages: readonly string[];
  /**
   * The settings that must not change: compared by name with those of an interrupted run. Name every setting, undefined
   * if it is not set: names that the interrupted run does not have are not compared.
   */
  readonly settings?: RunSettings;
  /** Discard an interrupted run in the folder. */
  readonly fresh?: boolean;
  /** Files and folders ("model/") that the run will write; checked for write access at once. */
  readonly outputs?: readonly string[];
  /** Called with a sentence about damaged files and how the run continues. Default: prints to stderr. */
  readonly onWarning?: (message: string) => void;
}

const rules: Rules<RunFolderOptions> = {
  stages: required(arrayOf("stage names", text)),
  settings: object("an object of settings"),
  fresh: trueOrFalse,
  outputs: arrayOf("file names", text),
  onWarning: callable,
};

/**
 * The output folder of a training run, which may have an interrupted run. It is locked by one process at a time; the
 * lock of a killed process is released. States are written atomically and verified when read, and the previous one is
 * kept.
 */
export class RunFolder {
  readonly path: string;
  readonly #options: RunFolderOptions;
  readonly #stages = new Map<string, SavedStage>();
  readonly #releaseNow = (): void => this.#lock.releaseNow();
  /** Whether this run created the folder. */
  readonly #isNew: boolean;
  #lock: ProcessLock;

  private constructor(path: string, options: RunFolderOptions, lock: ProcessLock, isNew: boolean) {
    this.path = path;
    this.#options = options;
    this.#lock = lock;
    this.#isNew = isNew;
    process.once("exit", this.#releaseNow);
  }

  /**
   * Opens or creates the folder, and removes temporary files of killed processes.
   *
   * @throws RunFolderError if another process has it, if it has a run with other settings, or if an output cannot be
   *   written; CheckpointError if the folder itself cannot be written
   */
  static async open(path: string, options: RunFolderOptions): Promise<RunFolder> {
    checkText("RunFolder", "path", path, "Pass a directory's path.");
    checkOptions("RunFolder", options, rules);
    const isNew = !existsSync(path);
    const run = new RunFolder(path, options, await lock(path), isNew);
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

  /** A stage by name, with settings in addition to those of the run, such as a fingerprint of its data. */
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

  /** Atomically writes a file. */
  async write(name: string, content: string): Promise<void> {
    await localFolder(this.path).write(name, new TextEncoder().encode(content));
  }

  /** The progress of each saved stage, by name. */
  get progress(): ReadonlyMap<string, string> {
    const saved = [...this.#stages.values()].flatMap(({ name, progress }): [string, string][] =>
      progress === undefined ? [] : [[name, progress]],
    );
    return new Map(saved);
  }

  /** Removes the state of every stage; the run is finished and cannot be resumed. */
  async finish(): Promise<void> {
    for (const file of this.#options.stages.flatMap(stageFiles)) await rm(this.file(file), { force: true });
    this.#stages.clear();
  }

  /** Releases the folder, and removes it if it is empty and this run created it. */
  async close(): Promise<void> {
    // The listener is removed last, since a failed write to standard output may end the process meanwhile.
    await this.#lock.release();
    process.off("exit", this.#releaseNow);
    if (this.#isNew) await rmdir(this.path).catch(() => {}); // fails if it is not empty
  }

  /** Acquires the lock again if the folder was removed. */
  async #hold(): Promise<void> {
    if (!(await this.#lock.isHeld())) this.#lock = await lock(this.path);
  }
}

async function lock(path: string): Promise<ProcessLock> {
  // Locking reports other reasons why the folder cannot be written, but not that it could not be created.
  await makeFolder(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EROFS" || error.code === "ENOENT")
      throw new RunFolderError(
        "OUTPUT",
        `${path} cannot be created, as on a read-only file system. Choose another folder.`,
      );
    if (error.code === "EEXIST" || error.code === "ENOTDIR")
      throw new RunFolderError(
        "OUTPUT",
        `${path} is ${error.code === "EEXIST" ? "a file, not a folder" : "below a file, which is not a folder"}. Choose another folder.`,
      );
  });
  return lockFolder(path);
}
