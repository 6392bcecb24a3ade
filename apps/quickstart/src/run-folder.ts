import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadTensors, saveTensors } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { restoreTrainingState, trainingState, type TrainingParts, type TrainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

import { UsageError, type Options } from "./options.ts";
import type { CurvePoint } from "./pretrain.ts";

const stateFiles = {
  pretraining: "training-state.safetensors",
  further: "further-training-state.safetensors",
} as const;
const settingsFile = "training-settings.json";

/** What a saved run knows beside its tensors. */
export interface RunHistory {
  curve: CurvePoint[];
  /** Of training so far. */
  seconds: number;
}

/** The folder a run writes to, and the interrupted run that it may hold. */
export class RunFolder {
  readonly path: string;
  readonly #settings: string;

  constructor(path: string, settings: string) {
    this.path = path;
    this.#settings = settings;
  }

  /** Opens or makes the folder. Throws UsageError where it holds an interrupted run with other settings. */
  static async open({ out, recipe, seed, backend, fresh }: Options): Promise<RunFolder> {
    const { fineTuning: _, ...pretraining } = recipe; // fine-tuning starts anew in any case
    const settings = JSON.stringify({ pretraining, seed, backend });
    const run = new RunFolder(out, settings);
    await mkdir(out, { recursive: true }).catch((error: Error) => {
      throw new UsageError(`--out: ${out} cannot be made (${error.message}). Choose another folder.`);
    });
    if (fresh) await run.#clear();
    const before = join(out, settingsFile);
    if (
      existsSync(join(out, stateFiles.pretraining)) &&
      existsSync(before) &&
      readFileSync(before, "utf8") !== settings
    ) {
      throw new UsageError(
        `--out: ${out} holds an interrupted run with other settings. Repeat its command to go on, choose another --out, or drop it with --fresh.`,
      );
    }
    await localFolder(out).write!(settingsFile, new TextEncoder().encode(settings));
    return run;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Where a stage of the run keeps its training state. */
  training(stage: keyof typeof stateFiles): SavedTraining {
    return new SavedTraining(this.path, stateFiles[stage], this.#settings);
  }

  /** Called when everything is saved: nothing is left to resume. */
  async finish(): Promise<void> {
    await this.#clear();
  }

  async #clear(): Promise<void> {
    for (const name of Object.values(stateFiles)) await rm(this.file(name), { force: true });
    await rm(this.file(settingsFile), { force: true });
  }
}

/** The training state of one stage: what resuming needs. */
export class SavedTraining {
  readonly #folder: string;
  readonly #name: string;
  readonly #settings: string;

  constructor(folder: string, name: string, settings: string) {
    this.#folder = folder;
    this.#name = name;
    this.#settings = settings;
  }

  /** Saves the training state, replacing the one before in one move. */
  async save(parts: TrainingParts, history: RunHistory): Promise<void> {
    const { tensors, json } = trainingState(parts);
    await saveTensors(localFolder(this.#folder), this.#name, {
      tensors,
      json: { ...json, history, settings: this.#settings },
    });
  }

  /** Restores the training state where there is one. */
  async restore(parts: TrainingParts): Promise<RunHistory | undefined> {
    if (!existsSync(join(this.#folder, this.#name))) return undefined;
    const { tensors, json } = await loadTensors(localFolder(this.#folder), this.#name);
    const state = json as TrainingState["json"] & { history: RunHistory };
    restoreTrainingState(parts, { tensors, json: state });
    tf.dispose([...tensors.values()]);
    return state.history;
  }
}
