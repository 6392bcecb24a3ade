import { callable, checkObjects, checkOptions, listOf, required, text, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkGradients } from "./check-gradients.ts";
import { learningRateRule } from "./option-rules.ts";
import { rateAt, toSchedule, type Optimizer, type OptimizerState } from "./optimizer.ts";
import { checkOptimizerState } from "./optimizer-state.ts";
import type { Schedule } from "./schedule.ts";
import { Slots } from "./slots.ts";
import type { Changes, SlotShape, Transform, UpdateStep } from "./transform.ts";

export interface OptimizerParts {
  /** Name of the optimizer in messages and saved states. */
  readonly kind: string;
  readonly learningRate: number | Schedule;
  /**
   * Applied in order to the gradients; the result is subtracted from the variables. The last is usually
   * `scaleByRate()`.
   */
  readonly transforms: readonly Transform[];
  /**
   * Optional: the same update with a fused kernel. Returns false, without an effect, if the backend does not have it.
   */
  readonly fused?: ((gradients: Changes, at: UpdateStep) => boolean) | undefined;
}

const rules: Rules<OptimizerParts> = {
  kind: required(text),
  learningRate: required(learningRateRule),
  transforms: required(listOf("transforms")),
  fused: callable,
};

/**
 * An optimizer as a chain of transforms, as in optax. Gradient descent with clipping is `optimizerOf({ kind: "sgd",
 * learningRate: 0.1, transforms: [clipByGlobalNorm(1), scaleByRate()] })`.
 *
 * @throws if two transforms have a slot or a number of the same name
 */
export function optimizerOf(parts: OptimizerParts): Optimizer {
  checkOptions("optimizerOf", parts, rules);
  const { kind, learningRate, transforms, fused } = parts;
  checkObjects("optimizerOf", "transforms", transforms, "a transform such as decayWeights(0.01)");
  const schedule = toSchedule(learningRate);
  const slotNames = transforms.flatMap((transform) => transform.slots ?? []);
  const slotShapes = Object.assign({}, ...transforms.map((transform) => transform.slotShapes)) as Record<
    string,
    SlotShape
  >;
  const shapeOf = (name: string, shape: readonly number[]): readonly number[] => slotShapes[name]?.(shape) ?? shape;
  const initial = Object.assign({}, ...transforms.map((transform) => transform.numbers)) as Record<string, number>;
  const numberNames = transforms.flatMap((transform) => Object.keys(transform.numbers ?? {}));
  for (const names of [slotNames, numberNames]) {
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined)
      throw new Error(
        `optimizerOf: two transforms of ${kind} have a state named "${twice}". Give each a different name.`,
      );
  }
  const slots = new Slots();
  let numbers = { ...initial };
  let step = 0;

  function check(variables: ReadonlyMap<string, tf.Variable>, gradients: Changes): void {
    checkGradients(kind, variables, gradients);
    for (const [path, { shape }] of gradients)
      for (const name of slotNames) slots.check(name, path, shapeOf(name, shape));
    for (const transform of transforms) transform.check?.(gradients);
    rateAt(schedule, step + 1);
  }

  /** The step and the numbers change last: if anything throws, a retry starts from the same. */
  function update(variables: ReadonlyMap<string, tf.Variable>, gradients: Changes): void {
    check(variables, gradients);
    const next = { step: step + 1, numbers: { ...numbers } };
    const variable = (path: string): tf.Variable => variables.get(path)!;
    const slot = (name: string, path: string): tf.Variable =>
      slots.get(name, path, shapeOf(name, variable(path).shape));
    const at: UpdateStep = { ...next, learningRate: rateAt(schedule, next.step), variable, slot };
    if (fused?.(gradients, at) !== true)
      tf.tidy(() => {
        let changes = gradients;
        for (const transform of transforms) changes = transform.apply(changes, at);
        for (const [path, change] of changes) variable(path).assign(tf.sub(variable(path), change));
      });
    ({ step, numbers } = next);
  }

  return {
    get step() {
      return step;
    },
    get learningRate() {
      return schedule(Math.max(1, step));
    },
    check,
    update,
    state: () => ({
      kind,
      step,
      slots: slots.all(),
      ...(numberNames.length > 0 ? { numbers: { ...numbers } } : {}),
    }),
    restore(state: OptimizerState) {
      checkOptimizerState(kind, state, { slots: slotNames, numbers: numberNames, shaped: Object.keys(slotShapes) });
      slots.restore(state.slots);
      step = state.step;
      numbers = { ...initial, ...state.numbers };
    },
    slotShape: (slot, _, shape) => shapeOf(slot, shape),
    dispose: () => slots.dispose(),
  };
}
