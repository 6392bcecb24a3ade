import { expect, it } from "vitest";
import { ConfigFields } from "./config-fields.ts";

it("reads the sizes of any number of tensors", () => {
  const entries = new Map(
    Array.from({ length: 300_000 }, (_, i) => [
      `t${i}`,
      { name: `t${i}`, type: "F32", shape: [i === 7 ? 500_000 : 1] } as const,
    ]),
  );
  expect(new ConfigFields({ hidden_size: 500_000 }, entries).count("hidden_size")).toBe(500_000);
  expect(() => new ConfigFields({ hidden_size: 500_001 }, entries).count("hidden_size")).toThrow("from 1 to 500000");
});
