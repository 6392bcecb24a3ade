import { adafactor, adamW, lamb, muon, nadam, type Optimizer, optimizerByPath, sgd } from "@bertkit/training";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { scheduleOf } from "./schedule-of-settings.ts";

const optimizers: Record<PretrainSettings["optimizer"], (settings: PretrainSettings) => Optimizer> = {
  adamw: adamWOf,
  adafactor: (settings) => {
    const { learningRate, weightDecay, clipNorm } = settings;
    return adafactor({
      learningRate: scheduleOf(settings, learningRate),
      scaleParameter: false,
      weightDecay,
      clipNorm,
    });
  },
  lamb: (settings) => {
    const { learningRate, weightDecay, clipNorm, biasCorrection } = settings;
    return lamb({ learningRate: scheduleOf(settings, learningRate), weightDecay, clipNorm, biasCorrection });
  },
  sgd: (settings) =>
    sgd({ learningRate: scheduleOf(settings, settings.learningRate), momentum: 0.9, clipNorm: settings.clipNorm }),
  nadam: (settings) =>
    nadam({ learningRate: scheduleOf(settings, settings.learningRate), clipNorm: settings.clipNorm }),
  muon: (settings) =>
    optimizerByPath([
      {
        optimizer: muon({ learningRate: scheduleOf(settings, settings.matrixLearningRate) }),
        updates: (path) => /\.layers\.\d+\..*\.kernel$/.test(path),
      },
      { optimizer: adamWOf(settings) },
    ]),
};

/** The optimizer of the settings, with its schedule. */
export function optimizerOfSettings(settings: PretrainSettings): Optimizer {
  return optimizers[settings.optimizer](settings);
}

function adamWOf(settings: PretrainSettings): Optimizer {
  const { learningRate, weightDecay, clipNorm, biasCorrection } = settings;
  return adamW({ learningRate: scheduleOf(settings, learningRate), weightDecay, clipNorm, biasCorrection });
}
