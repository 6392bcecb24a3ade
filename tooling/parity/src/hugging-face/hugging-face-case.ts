import { nameOfPath, type NameRule, prefixRules, variables } from "@bertkit/nn";
import { bertNames } from "@bertkit/encoder";
import { classifierNames, questionAnsweringNames } from "@bertkit/heads";
import { pretrainingNames } from "@bertkit/pretraining";
import * as tf from "@tensorflow/tfjs-core";
import { fromPretrained, memoryFolder } from "bertkit";

import type { BuiltCase, ParityCase } from "../parity-case.ts";
import { fixtures, type HuggingFaceFixture } from "./fixture.ts";
import { headOutputs } from "./head-outputs.ts";

/** The expected `CaseResult` of a fixture. */
export interface Expected {
  outputs: Record<string, number[]>;
  gradients: Record<string, number[]>;
}

const headOnly = (names: readonly NameRule[]): NameRule[] => names.filter(({ path }) => path.startsWith("dense."));
const modelNames: readonly NameRule[] = [
  ...pretrainingNames,
  ...prefixRules(headOnly(classifierNames), { path: "classifier." }),
  ...prefixRules(headOnly(classifierNames), { path: "tokenClassifier." }),
  ...prefixRules(headOnly(questionAnsweringNames), { path: "questionAnswerer." }),
];
const bareNames: readonly NameRule[] = prefixRules(bertNames, { path: "encoder." });

/** All fixtures, loaded as folders and run. PyTorch is the reference here, not finite differences. */
export const huggingFaceCases: readonly (ParityCase & { expected: Expected })[] = fixtures.map((fixture) => ({
  name: `transformers/${fixture.name}`,
  covers: [],
  build: async () => buildCase(fixture),
  expected: expectedOf(fixture),
}));

async function buildCase(fixture: HuggingFaceFixture): Promise<BuiltCase> {
  const model = await fromPretrained(
    memoryFolder({
      "config.json": JSON.stringify(fixture.config),
      "vocab.txt": fixture.tokens.join("\n"),
      "model.safetensors": fixture.weights,
    }),
  );
  if (model.unused.length > 0) throw new Error(`${fixture.name}: no part uses ${model.unused.join(", ")}.`);
  const names = model.architectures.includes("BertModel") ? bareNames : modelNames;
  const { forward, loss } = headOutputs(model, fixture.reference);
  return {
    variables: new Map(Array.from(variables(model), ([path, variable]) => [nameOfPath(names, path)!.name, variable])),
    forward: () => ({ ...forward(), loss: tf.reshape(loss(), [1]) }),
    loss,
  };
}

/** Transposes the gradients of matrices that our modules store transposed. */
function expectedOf({ reference }: HuggingFaceFixture): Expected {
  const expected: Expected = { outputs: {}, gradients: {} };
  for (const { name, shape, data } of reference.values()) {
    const values = Array.from(data as Float32Array);
    const [, part, rest] = /^(outputs|gradients)\.(.*)$/.exec(name) ?? [];
    if (part === "outputs") expected.outputs[rest!] = values;
    if (name === "loss") expected.outputs["loss"] = values;
    if (part === "gradients") expected.gradients[rest!] = isTransposed(rest!) ? transposed(values, shape) : values;
  }
  return expected;
}

function isTransposed(name: string): boolean {
  return [...bareNames, ...modelNames].some(
    (rule) => rule.transpose === true && rule.name === name.replace(/layer\.\d+/, "layer.{i}"),
  );
}

function transposed(values: number[], [rows, columns]: readonly number[]): number[] {
  return Array.from({ length: values.length }, (_, i) => values[(i % rows!) * columns! + Math.floor(i / rows!)]!);
}
