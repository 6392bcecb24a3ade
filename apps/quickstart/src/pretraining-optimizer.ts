import { adamW, muon, optimizerByPath, warmupLinearDecay, type Optimizer } from "@bertkit/training";

import type { PretrainingPlan } from "./recipe.ts";

/** Muon for the matrices of the layers, AdamW for everything else; both rates rise and fall together. */
export function pretrainingOptimizer(plan: PretrainingPlan): Optimizer {
  const rate = (peak: number) =>
    warmupLinearDecay({ peak, warmupSteps: Math.round(plan.steps * plan.warmupFraction), totalSteps: plan.steps });
  return optimizerByPath([
    { optimizer: muon({ learningRate: rate(plan.muonLearningRate) }), updates: isLayerMatrix },
    { optimizer: adamW({ learningRate: rate(plan.adamLearningRate) }) },
  ]);
}

function isLayerMatrix(path: string): boolean {
  return /\.layers\.\d+\..*\.kernel$/.test(path);
}
