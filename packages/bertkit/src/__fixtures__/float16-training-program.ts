// Trains on the engine on WebGPU in float16, on Dawn in a separate Node process. Prints `Trained` as a line of JSON.
import { trainSteps } from "./float16-training.ts";
import { useDawnEngine } from "./use-dawn-engine.ts";

await useDawnEngine("float16");
const trained = await trainSteps(
  Number(process.argv[2]),
  Array.from({ length: 50 }, (_, i) => i),
);
// process.exit would wait until V8 has optimized all of onnxruntime-web's code.
process.stdout.write(`${JSON.stringify(trained)}\n`, () => process.kill(process.pid, "SIGKILL"));
