// Runs in a new process: loads the two saved folders and writes their predictions to stdout as raw float32.
import { useBackend, type BackendName } from "@bertkit/backend";
import { fromPretrained } from "bertkit";

import { predictionsOf } from "./verify.ts";

const [backend, modelFolder, classifierFolder] = process.argv.slice(2);
await useBackend(backend as BackendName);
const model = await fromPretrained(modelFolder!);
const { classifier } = await fromPretrained(classifierFolder!);
const numbers = await predictionsOf({
  encoder: model.encoder,
  maskedLm: model.maskedLm!,
  classifier: classifier!,
  tokenizer: model.tokenizer,
});
process.stdout.write(Buffer.from(numbers.buffer));
