import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopAtFileOperation } from "@bertkit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Folder } from "./folder.ts";
import { localFolder } from "./local-folder.ts";
import { memoryFolder } from "./memory-folder.ts";
import { isTemporary } from "./temporary-file.ts";
import { unfinishedText } from "./unfinished.ts";
import { writeFile as writeText } from "./write-file.ts";
import { writeTogether } from "./write-together.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-staged-"))));
afterEach(() => rm(directory, { recursive: true }));

const names = ["weights", "sub/vocabulary", "entry"];
const save = (folder: Folder, version: string): Promise<void> =>
  writeTogether(folder, "entry", async (staged) => {
    for (const name of names) await writeText(staged, name, version);
    if (version === "new") await staged.remove("extra");
  });

/** What a reader finds: undefined if the entry is missing or unfinished, else the version, the same in every file. */
async function found(folder: Folder): Promise<string | undefined> {
  const texts = await Promise.all(
    [...names, "extra"].map(async (name) => {
      const bytes = await folder.read(name);
      return bytes && new TextDecoder().decode(bytes);
    }),
  );
  const versions = new Set(texts.filter((text) => text !== undefined && text !== unfinishedText));
  expect(versions.size, JSON.stringify(texts)).toBeLessThanOrEqual(1);
  const entry = texts[names.indexOf("entry")];
  return entry === undefined || entry === unfinishedText ? undefined : entry;
}

test("a save interrupted at any file operation leaves the old files or none, never a mixture", async () => {
  const outcomes: (string | undefined)[] = [];
  for (let at = 1; ; at++) {
    const folder = localFolder(join(directory, String(at)));
    await save(folder, "old");
    await writeText(folder, "extra", "old");
    const stopped = await stopAtFileOperation(at, () => save(folder, "new"));
    outcomes.push(await found(folder));
    if (!stopped) break;
    await rm(join(directory, String(at), ".bertkit-save.lock"), { force: true }); // its process lives
    await save(folder, "again");
    await folder.remove("extra");
    expect(await found(folder)).toBe("again");
  }
  expect(outcomes.length).toBeGreaterThan(30);
  expect(outcomes.at(-1)).toBe("new");
  const changed = outcomes.findIndex((outcome) => outcome !== "old");
  expect(changed).toBeGreaterThan(15); // the old files remain while the new ones are written
  const rest = outcomes.slice(changed);
  expect(rest.indexOf("new")).toBeGreaterThan(0);
  expect(rest.slice(rest.indexOf("new")).every((outcome) => outcome === "new")).toBe(true);
});

test("a save that fails leaves the old files and no temporary one", async () => {
  const folder = localFolder(directory);
  await save(folder, "old");
  const failing = writeTogether(folder, "entry", async (staged) => {
    await writeText(staged, "weights", "new");
    throw new Error("no more");
  });
  await expect(failing).rejects.toThrow("no more");
  expect(await found(folder)).toBe("old");
  await mkdir(join(directory, "taken"));
  const blocked = writeTogether(folder, "entry", async (staged) => {
    await writeText(staged, "weights", "new");
    await writeText(staged, "taken", "new");
  });
  await expect(blocked).rejects.toThrow(/taken cannot be written: a folder has that name\. .*\(EISDIR\)/);
  expect(await found(folder)).toBe("old");
  expect((await readdir(directory, { recursive: true })).filter(isTemporary)).toEqual([]);
});

test("a failed rename undoes the earlier ones", async () => {
  const folder = localFolder(directory);
  await save(folder, "old");
  const failing = writeTogether(folder, "entry", async (staged) => {
    for (const name of ["entry", "weights", "sub/vocabulary"]) await writeText(staged, name, "new");
    await rm(join(directory, "sub"), { recursive: true }); // with the new file in it
  });
  await expect(failing).rejects.toThrow(/ENOENT/);
  expect(await readFile(join(directory, "entry"), "utf8")).toBe("old");
  expect(await readFile(join(directory, "weights"), "utf8")).toBe("old");
  expect((await readdir(directory)).sort()).toEqual(["entry", "weights"]);
});

test("without staging, the entry is invalidated first and written last", async () => {
  const memory = memoryFolder();
  await save(memory, "old");
  const written: string[] = [];
  const plain: Folder = {
    read: (name) => memory.read(name),
    async write(name, bytes) {
      written.push(name);
      await memory.write(name, bytes);
      await found(memory).catch(() => expect(new TextDecoder().decode(memory.files.get("entry"))).toBe(unfinishedText));
    },
  };
  await save(plain, "new");
  expect(written).toEqual(["entry", ...names]);
  expect(await found(memory)).toBe("new");
  await writeText(memory, "extra", "new");
  await expect(save(plain, "new")).rejects.toThrow(/cannot remove an older extra, /);
  const readOnly = { label: "https://example.org/", read: async () => undefined };
  await expect(save(readOnly, "new")).rejects.toThrow("https://example.org/ is read-only");
});

test("of several saves at once, each replaces all files of the one before", async () => {
  const versions = Array.from({ length: 8 }, (_, i) => `version ${i}`);
  await Promise.all(versions.map((version) => save(localFolder(directory), version)));
  expect(versions).toContain(await found(localFolder(directory)));
  expect((await readdir(directory)).sort()).toEqual(["entry", "sub", "weights"]);
});

test("a nested change is part of the outer one", async () => {
  const folder = localFolder(directory);
  await save(folder, "old");
  await writeTogether(folder, "entry", async (staged) => {
    await writeTogether(staged, "weights", async (inner) => {
      await writeText(inner, "weights", "new");
      await inner.remove("sub/vocabulary");
    });
    expect(await found(folder)).toBe("old");
    await writeText(staged, "entry", "new");
  });
  expect(await found(folder)).toBe("new");
  expect((await readdir(directory)).sort()).toEqual(["entry", "sub", "weights"]);
});

test("other files stay", async () => {
  await writeFile(join(directory, "README.md"), "mine");
  await save(localFolder(directory), "new");
  expect(await readFile(join(directory, "README.md"), "utf8")).toBe("mine");
});
