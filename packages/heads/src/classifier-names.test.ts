import { dispose, Rng, variables } from "@bertkit/nn";
import { expect, it } from "vitest";

import { tinyEncoder } from "./__fixtures__/tiny-classifier-parts.ts";
import { classifierNames } from "./classifier-names.ts";
import { SequenceClassifier } from "./sequence-classification/sequence-classifier.ts";
import { TokenClassifier } from "./token-classification/token-classifier.ts";

it("classifierNames names every variable of both classifiers once", () => {
  const encoder = tinyEncoder();
  const models = [
    new SequenceClassifier({ encoder, labels: ["a"], rng: new Rng(0) }),
    new TokenClassifier({ encoder, labels: ["a"], rng: new Rng(0) }),
  ];
  for (const model of models) {
    const names = [...variables(model).keys()].map((path) => {
      const rules = classifierNames.filter((rule) => rule.path === path.replace("layers.0.", "layers.{i}."));
      expect(rules.length, path).toBe(1);
      return rules[0]!.name;
    });
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.startsWith("bert."))).toEqual(["classifier.weight", "classifier.bias"]);
  }
  dispose(models);
});
