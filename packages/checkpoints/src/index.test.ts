import { expect, test } from "vitest";

test("the public names", async () => {
  expect(Object.keys(await import("./index.ts")).sort()).toEqual([
    "CheckpointError",
    "bytesSource",
    "checkFileName",
    "exportAdamState",
    "exportVariables",
    "hasFile",
    "httpFolder",
    "huggingFaceSpellings",
    "importAdamState",
    "importProblems",
    "importVariables",
    "loadTensors",
    "memoryFolder",
    "memorySource",
    "nameOfPath",
    "openPytorch",
    "openSafetensors",
    "openTensorflow",
    "openTfjs",
    "openWeights",
    "pathOfName",
    "prefixRules",
    "readFile",
    "readJson",
    "readSafetensors",
    "readText",
    "saveTensors",
    "writeFile",
    "writeSafetensors",
    "writeShardedSafetensors",
    "writeTensorflow",
    "writeTfjs",
  ]);
  expect(Object.keys(await import("./node.ts"))).toEqual(["localFolder", "hubFolder"]);
});
