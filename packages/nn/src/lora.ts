import {
  callable,
  checkObject,
  checkOptions,
  number,
  object,
  required,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { Dense, type DenseAdapter } from "./dense.ts";
import type { PathPredicate } from "./freeze.ts";
import type { Initializer } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import type { Rng } from "./rng.ts";
import { checkModel, variables } from "./variables.ts";

/** Options of `LoraAdapter`. */
export interface LoraAdapterOptions {
  readonly rank: number;
  /** The update is multiplied by it. */
  readonly scale: number;
  readonly rng: Rng;
}

const adapterRules: Rules<LoraAdapterOptions> = {
  rank: required(wholeNumber(1)),
  scale: required(number()),
  rng: required(object("an Rng", "random")),
};

/** The low-rank update of a dense layer: x · a · b · scale is added to the layer's output. */
export class LoraAdapter implements DenseAdapter {
  /** float32 [inputSize, rank] */
  readonly a: tf.Variable<tf.Rank.R2>;
  /** float32 [rank, outputSize], initially zero */
  readonly b: tf.Variable<tf.Rank.R2>;
  readonly scale: number;

  constructor(dense: Dense, options: LoraAdapterOptions) {
    checkObject("LoraAdapter", "dense", dense, "a Dense", "kernel");
    checkOptions("LoraAdapter", options, adapterRules);
    const { rank, scale, rng } = options;
    const [inputSize, outputSize] = dense.kernel.shape;
    this.a = parameter<tf.Rank.R2>([inputSize, rank], uniform(1 / Math.sqrt(inputSize)), rng);
    this.b = parameter<tf.Rank.R2>([rank, outputSize], (values) => void values.fill(0), rng);
    this.scale = scale;
  }

  /** float32 [rows, inputSize] → float32 [rows, outputSize] */
  forward(x: tf.Tensor2D): tf.Tensor2D {
    return tf.mul(tf.matMul(tf.matMul(x, this.a), this.b), this.scale);
  }
}

/** Options of `Lora`. */
export interface LoraOptions {
  /** Selects dense layers by their paths. Default: query and value of every attention, as in the paper. */
  readonly layers?: PathPredicate;
  /** The rank r: columns of `a` and rows of `b`. Default 8. */
  readonly rank?: number;
  /** The update is scaled by alpha / rank. Default: the rank, so that the scale is 1. */
  readonly alpha?: number;
  /** Whether to scale by alpha / √rank instead (Kalajdzievski, 2023). Default false. */
  readonly rankStabilized?: boolean;
  /** Selects variables that are trained besides the adapters, such as those of a new head. Default: none. */
  readonly trains?: PathPredicate;
  readonly rng: Rng;
}

const rules: Rules<LoraOptions> = {
  layers: callable,
  rank: wholeNumber(1),
  alpha: number({ above: 0 }),
  rankStabilized: trueOrFalse,
  trains: callable,
  rng: required(object("an Rng", "random")),
};

const queriesAndValues: PathPredicate = (path) => /(?:^|\.)attention\.(?:query|value)$/.test(path);

/**
 * Low-rank adapters of a model's dense layers (Hu et al., 2021). Only they are trained. They can be detached, attached
 * again, replaced by others, and merged into the weights. As in PEFT, `a` is initially uniform within ±1/√inputSize and
 * `b` zero, so that the model initially computes the same.
 */
export class Lora {
  /** The adapters by the path of their layer, such as `encoder.layers.0.attention.query`. */
  readonly adapters: ReadonlyMap<string, LoraAdapter>;
  readonly rank: number;
  readonly alpha: number;
  readonly rankStabilized: boolean;
  readonly #layers: ReadonlyMap<string, Dense>;
  #state: "attached" | "detached" | "merged" | "disposed" = "detached";

  /**
   * Adds adapters to a model, and freezes all other variables except those that `trains` selects.
   *
   * @throws if no dense layer is selected, or one has an adapter already; or if `trains` is given and selects no variable
   */
  constructor(model: object, options: LoraOptions) {
    checkOptions("Lora", options, rules);
    const { layers = queriesAndValues, rank = 8, rankStabilized = false, trains, rng } = options;
    const { alpha = rank } = options;
    this.rank = rank;
    this.alpha = alpha;
    this.rankStabilized = rankStabilized;
    this.#layers = new Map([...denseLayers(model)].filter(([path]) => layers(path)));
    if (this.#layers.size === 0)
      throw new Error("Lora: no dense layer was selected. Print summary(model) to see the paths.");
    this.#checkFree();
    const scale = alpha / (rankStabilized ? Math.sqrt(rank) : rank);
    const all = [...variables(model)];
    const frozen = trains === undefined ? all : all.filter(([path]) => !trains(path));
    if (trains !== undefined && frozen.length === all.length)
      throw new Error("Lora: trains selects no variable. Print summary(model) to see the paths, or leave it out.");
    this.adapters = new Map(
      [...this.#layers].map(([path, dense]) => [path, new LoraAdapter(dense, { rank, scale, rng })]),
    );
    for (const [, variable] of frozen) variable.trainable = false;
    this.attach();
  }

  /**
   * "attached": the model computes with the adapters; "merged": they are part of the weights; "detached": without them;
   * "disposed": they are freed.
   */
  get state(): "attached" | "detached" | "merged" | "disposed" {
    return this.#state;
  }

  /** Attaches the adapters to their layers again. @throws if they are merged or freed, or a layer has another adapter */
  attach(): void {
    this.#checkKept("attach");
    if (this.#state === "merged") throw new Error("Lora.attach: the adapters are merged. Call unmerge().");
    if (this.#state === "attached") return;
    this.#checkFree();
    for (const [path, dense] of this.#layers) dense.setAdapter(this.adapters.get(path)!);
    this.#state = "attached";
  }

  /** Detaches the adapters: the model computes without them, and can have others. Frozen variables stay frozen. */
  detach(): void {
    if (this.#state === "merged") throw new Error("Lora.detach: the adapters are merged. Call unmerge().");
    if (this.#state !== "attached") return; // a layer may have another's adapter
    for (const dense of this.#layers.values()) dense.setAdapter(undefined);
    this.#state = "detached";
  }

  /**
   * Adds the adapters' updates to the weights and detaches the adapters: the model computes the same, without their
   * cost.
   *
   * @throws if they are merged already, or freed
   */
  merge(): void {
    this.#checkKept("merge");
    if (this.#state === "merged") throw new Error("Lora.merge: the adapters are merged already.");
    if (this.#state === "attached") this.detach();
    this.#add(1);
    this.#state = "merged";
  }

  /** Subtracts what `merge` added, which restores the weights except for rounding, and attaches the adapters. @throws if they are not merged, or freed */
  unmerge(): void {
    this.#checkKept("unmerge");
    if (this.#state !== "merged") throw new Error("Lora.unmerge: the adapters are not merged. Call merge() first.");
    this.#checkFree();
    this.#add(-1);
    this.#state = "detached";
    this.attach();
  }

  /** Detaches and frees the adapters. Merged updates stay in the weights. */
  dispose(): void {
    if (this.#state === "attached") this.detach();
    for (const { a, b } of this.adapters.values()) tf.dispose([a, b]);
    this.#state = "disposed";
  }

  #checkKept(method: string): void {
    if (this.#state === "disposed") throw new Error(`Lora.${method}: the adapters are disposed. Create a new Lora.`);
  }

  #checkFree(): void {
    const taken = [...this.#layers].find(([, { adapter }]) => adapter !== undefined);
    if (taken) throw new Error(`Lora: ${taken[0]} has an adapter already. Detach or merge that one first.`);
  }

  #add(sign: 1 | -1): void {
    for (const [path, { kernel }] of this.#layers) {
      const { a, b, scale } = this.adapters.get(path)!;
      tf.tidy(() => kernel.assign(tf.add(kernel, tf.mul(tf.matMul(a, b), sign * scale))));
    }
  }
}

/** Every dense layer of a model by its path; a shared one once, under its first path. */
function denseLayers(model: object): Map<string, Dense> {
  checkModel("denseLayers", model);
  const found = new Map<string, Dense>();
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || value instanceof tf.Tensor || ArrayBuffer.isView(value)) return;
    if (seen.has(value)) return;
    seen.add(value);
    if (value instanceof Dense) found.set(path, value);
    else for (const [name, child] of Object.entries(value)) visit(child, path === "" ? name : `${path}.${name}`);
  };
  visit(model, "");
  return found;
}

function uniform(limit: number): Initializer {
  return (values, rng) => rng.fill(values, () => (2 * rng.random() - 1) * limit);
}
