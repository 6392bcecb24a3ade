// `generated.test.ts` runs this in separate processes.
import { fuzzTarget, type FuzzTarget } from "@bertkit/testing/fuzz-cases";
import { memoryFolder } from "../folders/memory-folder.ts";
import { openPytorch } from "../pytorch/open-pytorch.ts";
import { bytesSource } from "../random-access.ts";
import { openTensorflow } from "../tensorflow/open-tensorflow.ts";
import type { TensorSource } from "../tensor-source.ts";
import { generatedIndex } from "./generated-index.ts";
import { generatedLegacy, generatedZip } from "./generated-pickle.ts";

const readPytorch = async (file: Uint8Array): Promise<void> => readAll(await openPytorch(bytesSource(file)));

export const targets: readonly FuzzTarget[] = [
  fuzzTarget("pytorch zip", generatedZip, readPytorch),
  fuzzTarget("pytorch legacy", generatedLegacy, readPytorch),
  fuzzTarget("tensorflow index", generatedIndex, async (files) =>
    readDescribed(await openTensorflow(memoryFolder({ ...files }), "m")),
  ),
];

async function readAll(source: TensorSource): Promise<void> {
  for (const [name, { shape }] of source.entries) {
    const { data } = await source.tensor(name);
    checkLength(name, shape, data.length);
  }
}

/** Reads tensors, accepting wrong checksums: generated tensors have none that match. */
async function readDescribed(source: TensorSource): Promise<void> {
  for (const [name, { shape }] of source.entries) {
    const read = await source.tensor(name).catch((error: Error) => {
      if (!error.message.includes("checksum")) throw error;
    });
    if (read) checkLength(name, shape, read.data.length);
  }
}

function checkLength(name: string, shape: readonly number[], length: number): void {
  const expected = shape.reduce((product, axis) => product * axis, 1);
  if (length !== expected) throw new Error(`"${name}" of shape [${shape.join()}] has ${length} elements`);
}
