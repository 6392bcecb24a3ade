import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { parseOptions, UsageError } from "./options.ts";

const folder = mkdtempSync(join(tmpdir(), "bertkit-playground-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("parses options", () => {
  expect(parseOptions(["--models", folder, "--port", "0"])).toEqual({ models: folder, port: 0 });
  expect(parseOptions(["--models", folder])).toEqual({ models: folder, port: 4173 });
  expect(parseOptions(["--models", "nowhere", "--help"])).toBe("help");
});

test.each([
  [["--models", "nowhere"], /there is no folder .*nowhere\. Make one with `npm run quickstart`/],
  [["--models", folder, "--port", "80a"], /--port must be a whole number up to 65535, got "80a"/],
  [["--models", folder, "--port", "65536"], /got "65536"/],
  [["--port", "1", "--port", "2"], /Option '--port' is given more than once/],
  [["--modells", folder], /Unknown option '--modells'\. Did you mean --models\?/],
])("rejects %o", (args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(message);
});
