// How to call each exported function that takes options. A test then makes one option at a time wrong.
import type { Calls } from "../call.ts";
import { backendCalls } from "./backend.ts";
import { checkpointsCalls } from "./checkpoints.ts";
import { datasetsCalls } from "./datasets.ts";
import { encoderCalls } from "./encoder.ts";
import { headsCalls } from "./heads.ts";
import { metricsCalls } from "./metrics.ts";
import { nnCalls } from "./nn.ts";
import { pretrainingCalls } from "./pretraining.ts";
import { tokenizerCalls } from "./tokenizer.ts";
import { trainingCalls } from "./training.ts";
import { bertkitCalls } from "./bertkit.ts";

export const calls: Calls = {
  ...backendCalls,
  ...checkpointsCalls,
  ...datasetsCalls,
  ...encoderCalls,
  ...headsCalls,
  ...metricsCalls,
  ...nnCalls,
  ...pretrainingCalls,
  ...tokenizerCalls,
  ...trainingCalls,
  ...bertkitCalls,
};
