// In the browser: evaluates all cases on the backend that the test selects, or trains on it.
import { useBackend } from "@bertkit/backend";

import { evaluateAll, type Outcome } from "../evaluate-all.ts";
import { selectBackend } from "../select-backend.ts";
import { pretrainingSteps, type PretrainingResult } from "../training/pretraining-steps.ts";

declare global {
  interface Window {
    evaluateOn: (backend: string, wanted?: readonly string[]) => Promise<Outcome[]>;
    useBackend: typeof useBackend;
    pretrainOn: (backend: string, steps: number) => Promise<PretrainingResult>;
  }
}

window.useBackend = useBackend;

window.pretrainOn = async (backend, steps) => {
  await selectBackend(backend);
  return pretrainingSteps(steps);
};

window.evaluateOn = async (backend, wanted) => {
  await selectBackend(backend);
  return evaluateAll(wanted);
};
