import { checkObject } from "@bertkit/checks";
import { CheckpointError, type LoadedTensors, loadTensors, loadTensorsJson, saveTensors } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { restoreTrainingState, type TrainingParts, type TrainingState, trainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { allTensors, uniqueTensors } from "./shared-tensors.ts";
import { plainSettings, requireSameSettings, type RunSettings } from "./run-settings.ts";

/** The state of a stage of a run: tensors, a JSON value, and its progress in words. */
export interface StageState {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  readonly json?: unknown;
  /** For example "step 120 of 1300". */
  readonly progress: string;
}

/** The run folder, as used by a stage. */
export interface StageFolder {
  readonly path: string;
  /** Throws if another process has taken the folder. */
  hold(): Promise<void>;
  warn(message: string): void;
}

interface SavedJson {
  readonly progress: string;
  /** See `uniqueTensors`; not in files of earlier versions. */
  readonly sameAs?: Readonly<Record<string, string>>;
  readonly settings: RunSettings;
  readonly json: unknown;
}

/**
 * The saved state of one stage of a run: a file with a checksum, and the previous one. If the newest file is damaged,
 * or a crash interrupted its replacement, loading falls back to the previous one.
 */
export class SavedStage {
  readonly name: string;
  readonly #run: StageFolder;
  readonly #settings: RunSettings;
  readonly #files: readonly [newest: string, previous: string];
  /** Whether the newest file is intact and may replace the previous one; unknown until it is read. */
  #newestIsIntact: boolean | undefined;
  #progress: string | undefined;

  /** Created by `RunFolder.stage`. */
  constructor(run: StageFolder, name: string, settings: RunSettings, progress?: string) {
    this.#progress = progress;
    this.#run = run;
    this.name = name;
    this.#settings = plainSettings(settings);
    this.#files = stageFiles(name);
  }

  /** The progress of the newest state that was saved or loaded. */
  get progress(): string | undefined {
    return this.#progress;
  }

  /**
   * Saves a state, and keeps the previous one.
   *
   * @throws CheckpointError if it cannot be written; earlier states are kept
   */
  async save(state: StageState): Promise<void> {
    checkObject("SavedStage.save", "state", state, "{ tensors, progress }", "tensors", "progress");
    const { json = null, progress } = state;
    const { tensors, sameAs } = uniqueTensors(state.tensors);
    await this.#run.hold();
    const [newest, previous] = this.#files;
    const folder = localFolder(this.#run.path, { keep: () => (this.#newestIsIntact ? previous : undefined) });
    this.#newestIsIntact ??= await loadTensorsJson(folder, newest).then(
      () => true,
      () => false,
    );
    const saved: SavedJson = { progress, sameAs, settings: this.#settings, json };
    await saveTensors(folder, newest, { tensors, json: saved });
    this.#newestIsIntact = true;
    this.#progress = progress;
  }

  /**
   * Loads the newest intact state; undefined if there is none. Warns about damaged files. The caller disposes the
   * tensors.
   *
   * @throws RunFolderError if it was saved with other settings
   */
  async load(): Promise<(LoadedTensors & { readonly progress: string }) | undefined> {
    const loaded = await this.#newestIntact(loadTensors);
    if (loaded === undefined) return undefined;
    const { progress, settings, json, sameAs = {} } = loaded.json as SavedJson;
    const tensors = allTensors({ tensors: loaded.tensors, sameAs });
    try {
      requireSameSettings(this.#run.path, settings, this.#settings);
    } catch (error) {
      tf.dispose([...tensors.values()]);
      throw error;
    }
    this.#progress = progress;
    return { tensors, json, progress };
  }

  /** Throws a RunFolderError if the stage was saved with other settings. Loads nothing. */
  async requireSameSettings(): Promise<void> {
    const saved = await this.#newestIntact(async (...place) => ({ json: await loadTensorsJson(...place) }), true);
    if (saved === undefined) return;
    const { settings, progress } = saved.json as SavedJson;
    requireSameSettings(this.#run.path, settings, this.#settings);
    this.#progress = progress;
  }

  /** Saves the state of a training run, with any JSON value of the caller. */
  async saveTraining(parts: TrainingParts, progress: string, history: unknown = null): Promise<void> {
    const { tensors, json } = trainingState(parts);
    await this.save({ tensors, json: { training: json, history }, progress });
  }

  /**
   * Restores a training run to the newest state, and returns the JSON value saved with it; undefined if there is none.
   *
   * @param check called with that JSON value before anything is restored; it may throw
   * @throws Error, without changes, if the state is of another model or optimizer, or if `check` throws
   */
  async restoreTraining<History>(
    parts: TrainingParts,
    check?: (history: History) => void,
  ): Promise<{ history: History; progress: string } | undefined> {
    const loaded = await this.load();
    if (loaded === undefined) return undefined;
    const { training, history } = loaded.json as { training: TrainingState["json"]; history: History };
    try {
      check?.(history);
      restoreTrainingState(parts, { tensors: loaded.tensors, json: training });
    } finally {
      tf.dispose([...loaded.tensors.values()]);
    }
    return { history, progress: loaded.progress };
  }

  async #newestIntact<T extends { json: unknown }>(
    read: (...place: Parameters<typeof loadTensors>) => Promise<T>,
    quiet = false,
  ): Promise<T | undefined> {
    const folder = localFolder(this.#run.path);
    const damaged: string[] = [];
    for (const file of this.#files) {
      const source = await folder.open(file);
      if (source === undefined) continue;
      await source.close?.();
      try {
        const state = await read(folder, file);
        if (damaged.length > 0 && !quiet)
          this.#run.warn(
            `${damaged.join(" and ")} is damaged; falling back to ${file}, ${(state.json as SavedJson).progress}.`,
          );
        this.#newestIsIntact = file === this.#files[0];
        return state;
      } catch (error) {
        if (!CheckpointError.isInstance(error)) throw error;
        damaged.push(file);
      }
    }
    this.#newestIsIntact = false;
    if (damaged.length > 0 && !quiet)
      this.#run.warn(`${damaged.join(" and ")} is damaged; ${this.name} starts from the beginning.`);
    return undefined;
  }
}

/** The files of a stage: the newest and the previous state. */
export function stageFiles(name: string): [newest: string, previous: string] {
  return [`${name}.safetensors`, `${name}.previous.safetensors`];
}
