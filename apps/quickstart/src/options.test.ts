import { describe, expect, it } from "vitest";

import { parseOptions, UsageError, type Options } from "./options.ts";
import { recipes } from "./recipe.ts";

describe("parseOptions", () => {
  it("has defaults, and a longer recipe", () => {
    expect(parseOptions([])).toMatchObject({
      recipe: recipes.default,
      backend: "node",
      seed: 0,
      out: "out/quickstart",
      fresh: false,
      saveEvery: 10,
    });
    expect(parseOptions(["--long"])).toMatchObject({ recipe: recipes.long, out: "out/quickstart-long" });
    expect(parseOptions(["--help"])).toBe("help");
  });

  it("overrides the defaults", () => {
    const args = ["--steps", "7", "--draws", "2", "--size", "mini", "--seed", "3", "--backend", "cpu", "--out", "x"];
    const options = parseOptions(args);
    expect(options).toMatchObject({
      recipe: {
        pretraining: { steps: 7 },
        fineTuning: { draws: 2, epochs: 18 },
        model: { hiddenLayers: 4, hiddenSize: 256 },
      },
      seed: 3,
      backend: "cpu",
      out: "x",
    });
  });

  it("keeps the fraction of further pretraining if steps are given", () => {
    const { recipe } = parseOptions(["--long", "--steps", "100"]) as Options;
    expect(recipe).toMatchObject({ pretraining: { steps: 100 }, furtherPretraining: { steps: 60 } });
    expect((parseOptions(["--steps", "100"]) as Options).recipe).not.toHaveProperty("furtherPretraining");
  });

  it("accepts the user's own text, files or folders, and does not use the mails", () => {
    const { recipe, out } = parseOptions(["--text", "notes", "more.txt", "--seed", "1", "last.md"]) as Options;
    expect(recipe).toMatchObject({ text: ["notes", "more.txt", "last.md"], readsMails: false });
    expect(out).toBe("out/quickstart-text");
    expect((parseOptions([]) as Options).recipe).not.toHaveProperty("text");
  });

  it.each([
    [["--steps", "0"], /--steps must be a whole number of at least 1, got "0"/],
    [["--steps", "1e9x"], /--steps must be a whole number/],
    [["--draws", "0"], /--draws must be a whole number of at least 1, got "0"/],
    [["--size", "huge"], /--size must be tiny, mini or small, got "huge"/],
    [["--backend", "gpu"], /--backend must be node, wasm or cpu, got "gpu"/],
    [["--seed", "-1"], /seed/],
    [["--stesp", "1"], /Unknown option '--stesp'\. Did you mean --steps\?/],
    [["--out", "a", "--out", "b"], /Option '--out' is given more than once; give it once/],
    [["extra"], /Unexpected argument "extra"/],
    [["--text"], /--text/],
  ])("rejects %j in one line", (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
    try {
      parseOptions(args);
    } catch (error) {
      expect((error as Error).message).not.toContain("\n");
    }
  });
});
