import { checkOptions, pick, shown } from "@bertkit/checks";
import { type PretrainSettings, settingRules } from "./pretrain-settings.ts";
import { pretrainRecipes, type PretrainRecipeName } from "./recipes.ts";

/** The optimizers that have a setting, for those that not all have. */
const optimizersWith: { readonly [Name in keyof PretrainSettings]?: readonly PretrainSettings["optimizer"][] } = {
  biasCorrection: ["adamw", "lamb", "muon"],
  matrixLearningRate: ["muon"],
};

/**
 * A recipe's settings, overridden by `own`. `maskedLmProbability` without `finalMaskedLmProbability` sets
 * both. With an optimizer without weight decay, `weightDecay` is 0. If `own` has every setting, as the result of this
 * function does, those that the optimizer does not have are ignored.
 *
 * @throws RangeError or TypeError for an unknown or invalid setting, or for settings that contradict each other
 */
export function pretrainSettings(
  recipe: PretrainRecipeName = "minutes",
  own: Partial<PretrainSettings> = {},
): PretrainSettings {
  if (typeof recipe !== "string" || !Object.hasOwn(pretrainRecipes, recipe))
    throw new RangeError(
      `pretrainSettings: recipe must be one of ${Object.keys(pretrainRecipes).join(", ")}, got ${shown(recipe)}.`,
    );
  checkOptions("pretrainSettings", own, settingRules);
  const { warmupFraction, ...rest } = pretrainRecipes[recipe];
  const { steps = rest.steps, optimizer = rest.optimizer, maskedLmProbability } = own;
  const hasNoDecay = optimizer === "sgd" || optimizer === "nadam";
  const settings: PretrainSettings = {
    ...rest,
    warmupSteps: Math.round(steps * warmupFraction),
    ...(maskedLmProbability !== undefined && { finalMaskedLmProbability: maskedLmProbability }),
    ...(hasNoDecay && { weightDecay: 0 }),
    ...pick(own, settingRules),
  };
  if (settings.warmupSteps > settings.steps)
    throw new RangeError(
      `pretrainSettings: warmupSteps must be at most steps ${settings.steps}, got ${settings.warmupSteps}.`,
    );
  if (hasNoDecay && settings.weightDecay !== 0)
    throw new RangeError(
      `pretrainSettings: weightDecay has no effect with optimizer ${optimizer}, got ${settings.weightDecay}. Omit weightDecay or set 0, or choose the optimizer adamw, adafactor or lamb.`,
    );
  if (!(Object.keys(settingRules) as (keyof PretrainSettings)[]).every((name) => own[name] !== undefined))
    requireOptimizerOf(own, settings.optimizer);
  if (settings.packing && settings.nextSentence)
    throw new RangeError("pretrainSettings: packing needs nextSentence false: a row has only one pooled vector.");
  if ((settings.patience > 0 || settings.keepBest > 0) && settings.evaluateEvery === 0)
    throw new RangeError("pretrainSettings: patience and keepBest need evaluateEvery, the steps between evaluations.");
  return settings;
}

/** @throws RangeError for a setting that the optimizer does not have */
function requireOptimizerOf(own: Partial<PretrainSettings>, optimizer: PretrainSettings["optimizer"]): void {
  for (const name of Object.keys(optimizersWith) as (keyof PretrainSettings)[]) {
    const having = optimizersWith[name]!;
    if (own[name] !== undefined && !having.includes(optimizer))
      throw new RangeError(
        `pretrainSettings: ${name} has no effect with optimizer ${optimizer}, got ${own[name]}. Omit ${name}, or choose the optimizer ${having.join(" or ")}.`,
      );
  }
}
