import type { ParityCase } from "../parity-case.ts";
import { encoderPartCases } from "./encoder-parts.ts";
import { encoderCases } from "./encoder.ts";
import { headsCases } from "./heads.ts";
import { nnCases } from "./nn.ts";
import { opsCases } from "./ops.ts";
import { pretrainingCases } from "./pretraining.ts";
import { sentenceVectorCases } from "./sentence-vectors.ts";
import { trainingCases } from "./training.ts";

/** All cases: everything that computes with tensors in the public packages. */
export const cases: readonly ParityCase[] = [
  ...opsCases,
  ...nnCases,
  ...encoderPartCases,
  ...encoderCases,
  ...trainingCases,
  ...pretrainingCases,
  ...headsCases,
  ...sentenceVectorCases,
];
