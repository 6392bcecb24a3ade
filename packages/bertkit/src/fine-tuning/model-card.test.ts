import { expect, test } from "vitest";
import { modelCard } from "./model-card.ts";

test("names the base model in the metadata only if it is a repository", () => {
  const facts = { name: "classify", things: "texts", facts: [], train: 9, heldOut: 1, settings: {} } as const;
  const result = { epochs: [{ epoch: 1, loss: 1, scores: { accuracy: 1 } }], best: 1, stopped: false };
  const base = "out/quickstart";
  const local = modelCard({ ...facts, result, base, baseIsRepository: false });
  expect(local).not.toContain("base_model");
  expect(local).toContain("Fine-tuned from `out/quickstart` on 9 texts");
  const repository = modelCard({ ...facts, result, base, baseIsRepository: true });
  expect(repository).toContain('\npipeline_tag: text-classification\nbase_model: "out/quickstart"\n---\n');
});
