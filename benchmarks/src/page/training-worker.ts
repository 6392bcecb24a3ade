// In a worker of the page: pretrains BERT-tiny on the engine's wasm, and posts a message after each step.
import { useBackend } from "@bertkit/backend";
import { bertSizes } from "@bertkit/encoder";

import { pretrainingRun } from "../pretraining-run.ts";

await useBackend("wasm", { enginePath: "/ort/" });
const config = { ...bertSizes.tiny, vocabularySize: 30_522 };
const shapes = Array.from({ length: 10_000 }, () => ({ rows: 16, length: 64, predictions: 10 }));
for await (const { step } of pretrainingRun(config, shapes).steps) postMessage(step);
