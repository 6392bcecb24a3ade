import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryFolder, readText } from "@bertkit/checkpoints";
import { expect, test } from "vitest";
import { folderOf } from "./folder-of.ts";

test("a name is a path in Node, an address an address, a folder itself", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bertkit-folder-of-"));
  try {
    await writeFile(join(directory, "config.json"), "{}");
    expect(await readText(await folderOf(directory), "config.json")).toBe("{}");
  } finally {
    await rm(directory, { recursive: true });
  }
  expect((await folderOf("https://example.org/model")).label).toBe("https://example.org/model/");
  const own = memoryFolder();
  expect(await folderOf(own)).toBe(own);
});
