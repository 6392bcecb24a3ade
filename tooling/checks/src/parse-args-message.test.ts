import { parseArgs } from "node:util";
import { expect, it } from "vitest";
import { parseArgsMessage } from "./index.ts";

it.each([
  ["--epoch=3", "Unknown option '--epoch'. Did you mean --epochs?"],
  ["--no-fresch", "Unknown option '--no-fresch'. Did you mean --fresh?"],
  ["--colour", "Unknown option '--colour'"],
  ["--epochs -1", "Option '--epochs' argument is ambiguous: write a value that begins with a dash as --epochs=-…"],
  ["--epochs", "Option '--epochs <value>' argument missing"],
  ["--fresh=yes", "Option '--fresh' does not take an argument"],
])("%s", (args, message) => {
  const options = { epochs: { type: "string" }, fresh: { type: "boolean" } } as const;
  let thrown: unknown;
  try {
    parseArgs({ args: args.split(" "), options });
  } catch (error) {
    thrown = error;
  }
  expect(parseArgsMessage(thrown, Object.keys(options))).toBe(message);
});
