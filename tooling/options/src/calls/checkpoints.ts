import * as checkpoints from "@bertkit/checkpoints";
import { hubFolder, localFolder, removeLeftovers } from "@bertkit/checkpoints/node";
import type { Calls } from "../call.ts";
import { dense, denseNames, memory, offline, source, temporaryFolder } from "../fixtures.ts";

const tensors = (): checkpoints.TensorToStore[] => [{ name: "w", shape: [1], data: Float32Array.of(1) }];

export const checkpointsCalls: Calls = {
  "@bertkit/checkpoints: httpFolder(options)": {
    call: (options) => checkpoints.httpFolder("http://127.0.0.1:9/", options),
  },
  "@bertkit/checkpoints: webHubFolder(given)": {
    call: (options) => checkpoints.webHubFolder("a/b", options),
    invalidOnly: offline,
  },
  "@bertkit/checkpoints: importVariables(options)": {
    call: (options) => checkpoints.importVariables({ dense: dense() }, source(), denseNames, options),
  },
  "@bertkit/checkpoints: planImport(options)": {
    call: (options) =>
      checkpoints.planImport(
        [["dense.kernel", { shape: [1, 1], dtype: "float32" }]],
        source().entries,
        denseNames,
        options,
      ),
  },
  "@bertkit/checkpoints: writeSafetensors(options)": {
    call: (options) => checkpoints.writeSafetensors(tensors(), options),
  },
  "@bertkit/checkpoints: writeShardedSafetensors(options)": {
    call: (options) => checkpoints.writeShardedSafetensors(memory(), tensors(), options),
  },
  "@bertkit/checkpoints: writeTfjs(options)": {
    call: (options) => checkpoints.writeTfjs(memory(), tensors(), options),
  },
  "@bertkit/checkpoints/node: localFolder(options)": { call: (options) => localFolder(temporaryFolder, options) },
  "@bertkit/checkpoints/node: removeLeftovers(options)": {
    call: (options) => removeLeftovers(temporaryFolder, options),
  },
  "@bertkit/checkpoints/node: hubFolder(given)": { call: (options) => hubFolder("a/b", options), invalidOnly: offline },
};
