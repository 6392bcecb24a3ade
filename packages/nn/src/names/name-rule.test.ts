import { expect, test } from "vitest";
import { nameOfPath, type NameRule, pathOfName, prefixRules } from "./name-rule.ts";

const rules: NameRule[] = [
  {
    path: "layers.{i}.query.kernel",
    name: "encoder.layer.{i}.self.query.weight",
    transpose: true,
    aliases: ["old/layer_{i}/query"],
  },
  { path: "norm.gamma", name: "LayerNorm.weight" },
];

test("works in both directions", () => {
  const named = nameOfPath(rules, "layers.11.query.kernel");
  expect(named).toEqual({
    path: "layers.11.query.kernel",
    name: "encoder.layer.11.self.query.weight",
    transpose: true,
    reshape: false,
    aliases: ["old/layer_11/query"],
  });
  expect(pathOfName(rules, named!.name)).toEqual(named);
  expect(pathOfName(rules, "old/layer_11/query")).toEqual(named);
  expect(nameOfPath(rules, "norm.gamma")).toMatchObject({ name: "LayerNorm.weight", transpose: false });
});

test("a placeholder matches only numbers, a dot only a dot", () => {
  expect(nameOfPath(rules, "layers.x.query.kernel")).toBeUndefined();
  expect(nameOfPath(rules, "layers.01.query.kernel")).toBeUndefined();
  expect(nameOfPath(rules, "layers.1.query.kernel.more")).toBeUndefined();
  expect(nameOfPath(rules, "normXgamma")).toBeUndefined();
});

test("prefixes adapt the table of a part to a larger model", () => {
  const prefixed = prefixRules(rules, { path: "encoder.", name: "bert." });
  expect(nameOfPath(prefixed, "encoder.layers.0.query.kernel")).toMatchObject({
    name: "bert.encoder.layer.0.self.query.weight",
    aliases: ["bert.old/layer_0/query"],
  });
  expect(nameOfPath(prefixed, "layers.0.query.kernel")).toBeUndefined();
});

test("the first matching rule wins", () => {
  expect(nameOfPath([{ path: "norm.gamma", name: "first" }, ...rules], "norm.gamma")?.name).toBe("first");
});

test("rejects a text as the list of aliases, whose letters would be names", () => {
  const wrong = [{ path: "a", name: "b", aliases: "xyz" }] as never;
  for (const find of [() => pathOfName(wrong, "x"), () => prefixRules(wrong, { name: "p." })])
    expect(find).toThrow('rules[0].aliases must be a list of texts, got "xyz".');
});
