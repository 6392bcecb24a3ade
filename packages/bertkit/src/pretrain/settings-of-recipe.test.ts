import { describe, expect, it } from "vitest";
import { optimizerNames } from "./pretrain-settings.ts";
import { pretrainSettings } from "./settings-of-recipe.ts";

describe("pretrainSettings: weightDecay", () => {
  it.each(["sgd", "nadam"] as const)("is 0 with %s, and another given one is an error", (optimizer) => {
    const settings = pretrainSettings("paper", { optimizer });
    expect(settings.weightDecay).toBe(0);
    expect(pretrainSettings("minutes", settings)).toEqual(settings);
    for (const weightDecay of [0.01, 0.1])
      expect(() => pretrainSettings("paper", { optimizer, weightDecay })).toThrow(
        new RangeError(
          `pretrainSettings: weightDecay has no effect with optimizer ${optimizer}, got ${weightDecay}. Omit weightDecay or set 0, or choose the optimizer adamw, adafactor or lamb.`,
        ),
      );
  });

  it.each(["adamw", "adafactor", "lamb", "muon"] as const)("is the recipe's or the given one with %s", (optimizer) => {
    expect(pretrainSettings("minutes", { optimizer }).weightDecay).toBe(0.01);
    expect(pretrainSettings("minutes", { optimizer, weightDecay: 0.1 }).weightDecay).toBe(0.1);
  });
});

describe("pretrainSettings: settings that only some optimizers have", () => {
  it.each([
    ["biasCorrection", false, ["adamw", "lamb", "muon"]],
    ["matrixLearningRate", 0.01, ["muon"]],
  ] as const)("%s is an error if it is given and has no effect", (name, value, having) => {
    for (const optimizer of optimizerNames) {
      const own = { optimizer, [name]: value };
      if ((having as readonly string[]).includes(optimizer)) expect(pretrainSettings("paper", own)[name]).toBe(value);
      else
        expect(() => pretrainSettings("paper", own)).toThrow(
          new RangeError(
            `pretrainSettings: ${name} has no effect with optimizer ${optimizer}, got ${value}. Omit ${name}, or choose the optimizer ${having.join(" or ")}.`,
          ),
        );
    }
    expect(() => pretrainSettings("minutes", { optimizer: "sgd", [name]: value })).toThrow(name);
  });

  it("takes its own result, which has every setting", () => {
    for (const recipe of ["minutes", "google"] as const)
      for (const optimizer of optimizerNames) {
        const settings = pretrainSettings(recipe, { optimizer });
        expect(pretrainSettings("minutes", settings)).toEqual(settings);
      }
  });
});

it("pretrainSettings: a seed needs a next one, for long sequences", () => {
  const seed = Number.MAX_SAFE_INTEGER;
  expect(pretrainSettings("minutes", { seed: seed - 1 }).seed).toBe(seed - 1);
  expect(() => pretrainSettings("minutes", { seed })).toThrow(
    /seed must be a whole number from 0 to 9007199254740990, got 9007199254740991/,
  );
});
