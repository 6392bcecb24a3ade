import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryFolder, readText } from "@bertkit/checkpoints";
import { expect, test } from "vitest";
import { folderOf, isRepository, modelFolder } from "./folder-of.ts";
import { fromPretrained } from "./from-pretrained.ts";

test("a name is a path in Node, a URL stays a URL, and a folder stays a folder", async () => {
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

test("for reading, a name without a local folder is a repository on the hub", async () => {
  expect((await modelFolder("google-bert/bert-base-uncased")).label).toBe(
    "google-bert/bert-base-uncased at main on the hub",
  );
  expect((await modelFolder("bert-base-uncased", { revision: "v1" })).label).toMatch(/at v1 on the hub$/);
  for (const path of ["out/quickstart/model", "./model", "/models/bert"])
    await expect(modelFolder(path)).rejects.toThrow(`there is no folder ${path}. Name a folder`); // not looked for on the hub
});

test("a name of two parts is a repository unless there is such a path", async () => {
  expect(await isRepository("google-bert/bert-base-uncased")).toBe(true);
  expect(await isRepository("bert-base-uncased")).toBe(true);
  expect(await isRepository("node_modules/.bin")).toBe(false);
  expect(await isRepository("./google-bert/bert-base-uncased")).toBe(false);
});

test("a name that is neither a folder nor a repository: the error says both", async () => {
  const cache = await mkdtemp(join(tmpdir(), "bertkit-folder-of-"));
  try {
    await expect(fromPretrained("my-modle", { offline: true, cache })).rejects.toThrow(
      "there is no folder my-modle; hubFolder: my-modle at main is not in the cache",
    );
  } finally {
    await rm(cache, { recursive: true });
  }
});

test("reports a missing path as such", async () => {
  const path = join(tmpdir(), "bertkit", "misspelled", "model");
  await expect(fromPretrained("file:///models/mine")).rejects.toThrow("an address, not a path. Pass fileURLToPath");
  await expect(fromPretrained(new URL("file:///models/mine") as never)).rejects.toThrow("Pass its href, or for a file");
  await expect(fromPretrained(path)).rejects.toThrow(`there is no folder ${path}. Name a folder, or a repository`);
});

test("an existing local folder is used, even without a model, or if it is a broken link", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bertkit-folder-of-"));
  const before = process.cwd();
  try {
    process.chdir(directory);
    await mkdir("my-bert");
    await symlink("gone", "lost");
    for (const name of ["my-bert", "lost"]) {
      expect((await modelFolder(name)).label).toBe(name);
      await expect(fromPretrained(name)).rejects.toThrow(`there is no config.json in ${name}`);
    }
  } finally {
    process.chdir(before);
    await rm(directory, { recursive: true });
  }
});
