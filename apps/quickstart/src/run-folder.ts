import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadTensors, saveTensors } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { restoreTrainingState, trainingState, type TrainingParts, type TrainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

import { UsageError, type Options } from "./options.ts";
import type { CurvePoint } from "./pretrain.ts";

const stateFile = "training-state.safetensors";
const settingsFile = "training-settings.json";

/** What a saved run knows beside its tensors. */
export interface RunHistory {
  curve: CurvePoint[];
  /** Of pretraining so far. */
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
    if (existsSync(join(out, stateFile)) && existsSync(before) && readFileSync(before, "utf8") !== settings) {
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

  /** Saves the training state, replacing the one before in one move. */
  async save(parts: TrainingParts, history: RunHistory): Promise<void> {
    const { tensors, json } = trainingState(parts);
    await saveTensors(localFolder(this.path), stateFile, {
      tensors,
      json: { ...json, history, settings: this.#settings },
    });
  }

  /** Restores the training state where there is one. */
  async restore(parts: TrainingParts): Promise<RunHistory | undefined> {
    if (!existsSync(this.file(stateFile))) return undefined;
    const { tensors, json } = await loadTensors(localFolder(this.path), stateFile);
    const state = json as TrainingState["json"] & { history: RunHistory };
    restoreTrainingState(parts, { tensors, json: state });
    tf.dispose([...tensors.values()]);
    return state.history;
  }

  /** Called when everything is saved: nothing is left to resume. */
  async finish(): Promise<void> {
    await this.#clear();
  }

  async #clear(): Promise<void> {
    await rm(this.file(stateFile), { force: true });
    await rm(this.file(settingsFile), { force: true });
  }
}
