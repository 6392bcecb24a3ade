// The program of a page: loads models by name for web-hub.test.ts.
import "@tensorflow/tfjs";
import { httpFolder, type HubFolderOptions } from "@bertkit/checkpoints";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { fromPretrained } from "../model/from-pretrained.ts";
import { checksumOf } from "./model-files.ts";

export interface LoadedInPage {
  readonly checksum: number;
  readonly output: number[];
  /** Files in the order of their progress events, with the bytes received. */
  readonly received: Record<string, number>;
}

declare global {
  interface Window {
    load: (name: string, options: HubFolderOptions) => Promise<LoadedInPage | string>;
    read: (address: string, headers: Record<string, string>, name: string) => Promise<number | string | undefined>;
  }
}

/** The number of bytes of a file at an address, or the error message. */
globalThis.window.read = async (address, headers, name) => {
  try {
    return (await httpFolder(address, { headers }).read(name))?.length;
  } catch (error) {
    return String(error);
  }
};

/** A checksum of the model, or the error message. */
globalThis.window.load = async (name, options) => {
  await tf.setBackend("cpu");
  const received: Record<string, number> = {};
  try {
    const model = await fromPretrained(name, {
      ...options,
      onProgress: ({ file, loaded }) => void (received[file] = loaded),
    });
    const output = tf.tidy(() => [
      ...model.encoder.forward({ inputIds: tf.tensor2d([[2, 6, 7, 3]], [1, 4], "int32") }, inference).sequenceOutput.dataSync(),
    ]);
    const checksum = checksumOf(model);
    model.dispose();
    return { checksum, output, received };
  } catch (error) {
    return String(error);
  }
};
