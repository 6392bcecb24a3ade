import type * as tf from "@tensorflow/tfjs-core";

import type { Optimizer } from "./optimizer.ts";

export interface OptimizerPart {
  optimizer: Optimizer;
  /** Which variables it updates, of those that no part before it does. Default: all. */
  updates?: (path: string) => boolean;
}

/**
 * One optimizer from several, each for its own share of the variables: `muon` for the matrices of hidden layers and
 * `adamW` for everything else, or another rate for a head. A part clips by the norm of its own share. `learningRate` is
 * the last part's.
 *
 * @throws in `update`, if no part takes a variable that has a gradient
 */
export function optimizerByPath(parts: readonly OptimizerPart[]): Optimizer {
  const last = parts.at(-1);
  if (last === undefined) throw new Error("optimizerByPath: needs at least one part, got none.");
  let step = 0;
  const partOf = (path: string): number => parts.findIndex(({ updates }) => updates === undefined || updates(path));

  /** What is keyed by path, for each part. */
  function split<T>(values: ReadonlyMap<string, T>, pathOf: (key: string) => string): Map<string, T>[] {
    const shares = parts.map(() => new Map<string, T>());
    for (const [key, value] of values) {
      const share = shares[partOf(pathOf(key))];
      if (share === undefined)
        throw new Error(`optimizerByPath: no part updates "${pathOf(key)}". Leave \`updates\` out of the last part.`);
      share.set(key, value);
    }
    return shares;
  }

  return {
    get step() {
      return step;
    },
    get learningRate() {
      return last.optimizer.learningRate;
    },
    update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>) {
      const shares = split(gradients, (path) => path);
      step++;
      parts.forEach(({ optimizer }, i) => optimizer.update(variables, shares[i]!));
    },
    state() {
      const states = parts.map(({ optimizer }) => optimizer.state());
      const numbers = states.flatMap((state, i) =>
        Object.entries(state.numbers ?? {}).map(([name, value]) => [`${i}.${name}`, value] as const),
      );
      return {
        step,
        slots: new Map(states.flatMap(({ slots }) => [...slots])),
        ...(numbers.length > 0 ? { numbers: Object.fromEntries(numbers) } : {}),
      };
    },
    restore(state) {
      const shares = split(state.slots, (key) => key.slice(key.indexOf("/") + 1));
      step = state.step;
      parts.forEach(({ optimizer }, i) => {
        const prefix = `${i}.`;
        const numbers = Object.entries(state.numbers ?? {})
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, value]) => [name.slice(prefix.length), value] as const);
        optimizer.restore({ step: state.step, slots: shares[i]!, numbers: Object.fromEntries(numbers) });
      });
    },
    dispose() {
      for (const { optimizer } of parts) optimizer.dispose();
    },
  };
}
