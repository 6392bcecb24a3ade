import { describe, expect, it } from "vitest";
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
