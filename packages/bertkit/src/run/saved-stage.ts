import { CheckpointError, type LoadedTensors, loadTensors, loadTensorsJson, saveTensors } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { restoreTrainingState, type TrainingParts, type TrainingState, trainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { requireSameSettings, type RunSettings } from "./run-settings.ts";

/** What a stage of a run keeps: tensors, a JSON value, and a few words for people of how far it is. */
export interface StageState {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  readonly json?: unknown;
  /** Such as "step 120 of 1300". */
  readonly progress: string;
}

/** What a stage needs of its run's folder. */
export interface StageFolder {
  readonly path: string;
  /** Throws where the folder has become another process's. */
  hold(): Promise<void>;
  warn(message: string): void;
}

interface SavedJson {
  readonly progress: string;
  readonly settings: RunSettings;
  readonly json: unknown;
}

/**
 * The state of one stage of a run, in one file with a checksum, and the one before it beside: a damaged file, or a crash
 * while one replaces the other, falls back to that.
 */
export class SavedStage {
  readonly name: string;
  readonly #run: StageFolder;
  readonly #settings: RunSettings;
  readonly #files: readonly [newest: string, previous: string];
  /** Whether the newest file is whole, so that it may take the place of the one before; unknown until it is read. */
  #newestIsWhole: boolean | undefined;
  #progress: string | undefined;

  /** Made by `RunFolder.stage`. */
  constructor(run: StageFolder, name: string, settings: RunSettings, progress?: string) {
    this.#progress = progress;
    this.#run = run;
    this.name = name;
    this.#settings = settings;
    this.#files = stageFiles(name);
  }

  /** How far the newest state is that was saved or loaded. */
  get progress(): string | undefined {
    return this.#progress;
  }

  /**
   * Saves a state in place of the one before, which is kept.
   *
   * @throws CheckpointError that says why it cannot be written; what was saved before is still there
   */
  async save({ tensors, json = null, progress }: StageState): Promise<void> {
    await this.#run.hold();
    const [newest, previous] = this.#files;
    const folder = localFolder(this.#run.path, { keep: () => (this.#newestIsWhole ? previous : undefined) });
    this.#newestIsWhole ??= await loadTensorsJson(folder, newest).then(
      () => true,
      () => false,
    );
    const saved: SavedJson = { progress, settings: this.#settings, json };
    await saveTensors(folder, newest, { tensors, json: saved });
    this.#newestIsWhole = true;
    this.#progress = progress;
  }

  /**
   * Loads the newest state that is whole, or undefined where there is none; says what is damaged. Dispose its tensors.
   *
   * @throws RunFolderError where it was saved with other settings
   */
  async load(): Promise<(LoadedTensors & { readonly progress: string }) | undefined> {
    const loaded = await this.#newestWhole(loadTensors);
    if (loaded === undefined) return undefined;
    const { tensors } = loaded;
    const { progress, settings, json } = loaded.json as SavedJson;
    try {
      requireSameSettings(this.#run.path, settings, this.#settings);
    } catch (error) {
      tf.dispose([...tensors.values()]);
      throw error;
    }
    this.#progress = progress;
    return { tensors, json, progress };
  }

  /** Throws a RunFolderError if the stage was saved with other settings, as far as both say. Loads nothing. */
  async requireSameSettings(): Promise<void> {
    const saved = await this.#newestWhole(async (...place) => ({ json: await loadTensorsJson(...place) }), true);
    if (saved === undefined) return;
    const { settings, progress } = saved.json as SavedJson;
    requireSameSettings(this.#run.path, settings, this.#settings);
    this.#progress = progress;
  }

  /** Saves the state of a training run, with anything of the caller's that JSON can hold. */
  async saveTraining(parts: TrainingParts, progress: string, history: unknown = null): Promise<void> {
    const { tensors, json } = trainingState(parts);
    await this.save({ tensors, json: { training: json, history }, progress });
  }

  /**
   * Puts a training run back to the newest state, and gives what was saved with it; undefined where there is none.
   *
   * @throws Error where the state is of another model or optimizer; nothing has changed then
   */
  async restoreTraining<History>(parts: TrainingParts): Promise<{ history: History; progress: string } | undefined> {
    const loaded = await this.load();
    if (loaded === undefined) return undefined;
    const { training, history } = loaded.json as { training: TrainingState["json"]; history: History };
    try {
      restoreTrainingState(parts, { tensors: loaded.tensors, json: training });
    } finally {
      tf.dispose([...loaded.tensors.values()]);
    }
    return { history, progress: loaded.progress };
  }

  async #newestWhole<T extends { json: unknown }>(
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
        this.#newestIsWhole = file === this.#files[0];
        return state;
      } catch (error) {
        if (!CheckpointError.isInstance(error)) throw error;
        damaged.push(file);
      }
    }
    this.#newestIsWhole = false;
    if (damaged.length > 0 && !quiet)
      this.#run.warn(`${damaged.join(" and ")} cannot be used, damaged; ${this.name} starts from the beginning.`);
    return undefined;
  }
}

/** The files of a stage: the newest state, and the one before. */
export function stageFiles(name: string): [newest: string, previous: string] {
  return [`${name}.safetensors`, `${name}.previous.safetensors`];
}
