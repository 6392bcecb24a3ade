import { callable, checkArray, checkObject, checkOptions, object, required, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkGradients } from "./check-gradients.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";
import { splitSlot } from "./optimizer-state.ts";

export interface OptimizerPart {
  readonly optimizer: Optimizer;
  /** Selects variables from those that no earlier part updates. Default: all. */
  readonly updates?: (path: string) => boolean;
}

const rules: Rules<OptimizerPart> = { optimizer: required(object("an optimizer", "update")), updates: callable };

/**
 * Combines optimizers that update different variables: for example `muon` for the matrices of hidden layers and `adamW`
 * for the rest, or another learning rate for a head. Each part clips by the norm of its own gradients. `learningRate`
 * is that of the last part.
 *
 * @throws in `update`, if no part updates a variable that has a gradient
 */
export function optimizerByPath(parts: readonly OptimizerPart[]): Optimizer {
  checkArray("optimizerByPath", "parts", parts, "{ optimizer, updates }");
  for (const [i, part] of parts.entries()) checkOptions(`optimizerByPath: parts[${i}]`, part, rules);
  const last = parts.at(-1);
  if (last === undefined) throw new Error("optimizerByPath: needs at least one part, got none.");
  let step = 0;
  const partOf = (path: string): number => parts.findIndex(({ updates }) => updates === undefined || updates(path));

  /** Splits entries by the part that updates their path. */
  function split<T>(values: ReadonlyMap<string, T>, pathOf: (key: string) => string): Map<string, T>[] {
    const byPart = parts.map(() => new Map<string, T>());
    for (const [key, value] of values) {
      const own = byPart[partOf(pathOf(key))];
      if (own === undefined)
        throw new Error(`optimizerByPath: no part updates "${pathOf(key)}". Leave \`updates\` out of the last part.`);
      own.set(key, value);
    }
    return byPart;
  }

  function check(
    variables: ReadonlyMap<string, tf.Variable>,
    gradients: ReadonlyMap<string, tf.Tensor>,
  ): Map<string, tf.Tensor>[] {
    checkGradients("optimizerByPath", variables, gradients);
    const byPart = split(gradients, (path) => path);
    parts.forEach(({ optimizer }, i) => optimizer.check?.(variables, byPart[i]!));
    return byPart;
  }

  return {
    get step() {
      return step;
    },
    get learningRate() {
      return last.optimizer.learningRate;
    },
    check(variables, gradients) {
      check(variables, gradients);
    },
    update(variables, gradients) {
      const byPart = check(variables, gradients);
      parts.forEach(({ optimizer }, i) => optimizer.update(variables, byPart[i]!));
      step++;
    },
    state() {
      const states = parts.map(({ optimizer }) => optimizer.state());
      const numbers = states.flatMap((state, i) =>
        Object.entries(state.numbers ?? {}).map(([name, value]) => [`${i}.${name}`, value] as const),
      );
      return {
        kind: kindOf(states),
        step,
        slots: new Map(states.flatMap(({ slots }) => [...slots])),
        ...(numbers.length > 0 ? { numbers: Object.fromEntries(numbers) } : {}),
      };
    },
    restore(state) {
      checkObject("optimizerByPath", "state", state, "an optimizer's state", "slots");
      const before = parts.map(({ optimizer }) => optimizer.state());
      const kind = kindOf(before);
      if (state.kind !== undefined && state.kind !== kind)
        throw new Error(
          `optimizerByPath: the state is one of ${state.kind.slice(0, 80)}, not of ${kind}. Restore a state that it saved.`,
        );
      const byPart = split(state.slots, (key) => splitSlot(key)[1]);
      const numbers = splitNumbers(state.numbers ?? {}, parts.length);
      const kept = before.map((one) => ({ ...one, slots: new Map([...one.slots].map(([k, v]) => [k, tf.clone(v)])) }));
      let restored = 0;
      try {
        for (const { optimizer } of parts) {
          optimizer.restore({ step: state.step, slots: byPart[restored]!, numbers: numbers[restored]! });
          restored++;
        }
        step = state.step;
      } catch (error) {
        parts.slice(0, restored).forEach(({ optimizer }, i) => optimizer.restore(kept[i]!));
        throw error;
      } finally {
        for (const { slots } of kept) tf.dispose([...slots.values()]);
      }
    },
    slotShape: (slot, path, shape) => parts[partOf(path)]?.optimizer.slotShape?.(slot, path, shape) ?? shape,
    dispose() {
      for (const { optimizer } of parts) optimizer.dispose();
    },
  };
}

/** "optimizerByPath(muon, adamW)" */
function kindOf(states: readonly OptimizerState[]): string {
  return `optimizerByPath(${states.map(({ kind = "?" }) => kind).join(", ")})`;
}

/** Splits numbers with a part's index in their name, such as "1.momentumProduct", by part. */
function splitNumbers(numbers: Readonly<Record<string, number>>, count: number): Record<string, number>[] {
  const byPart = Array.from({ length: count }, (): Record<string, number> => ({}));
  for (const [name, value] of Object.entries(numbers)) {
    const at = name.indexOf(".");
    const own = at < 0 ? undefined : byPart[Number(name.slice(0, at))];
    if (own === undefined)
      throw new Error(
        `optimizerByPath: the state has a ${name.slice(0, 40)}, which it does not know. Restore a state that it saved.`,
      );
    own[name.slice(at + 1)] = value;
  }
  return byPart;
}
