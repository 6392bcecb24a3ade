import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localFolder } from "./local-folder.ts";
import { makeFolder } from "./make-folder.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-make-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("creates missing directories, and returns the topmost new one", async () => {
  expect(await makeFolder(join(directory, "a", "b", "c"))).toBe(join(directory, "a"));
  expect(await makeFolder(join(directory, "a", "b", "d", ""))).toBe(join(directory, "a", "b", "d"));
  expect(await makeFolder(join(directory, "a"))).toBeUndefined();
  expect(await makeFolder(directory)).toBeUndefined();
  expect((await readdir(directory, { recursive: true })).length).toBe(4);
});

test("several calls at once all succeed", async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(directory, "a", "b"))));
  expect(made.filter((path) => path === join(directory, "a")).length).toBe(1);
});

test("accepts a link to a folder; a file with the name is an error", async () => {
  await mkdir(join(directory, "real"));
  await symlink(join(directory, "real"), join(directory, "link"));
  expect(await makeFolder(join(directory, "link"))).toBeUndefined();
  await writeFile(join(directory, "file"), "");
  await expect(makeFolder(join(directory, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(directory, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test.runIf(process.platform === "linux")("throws if no folder can be created, and so do saves", async () => {
  await expect(makeFolder("/proc/bertkit/a")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(localFolder("/proc/bertkit/a").write("x", new Uint8Array(1))).rejects.toThrow(
    /\/proc\/bertkit\/a\/x cannot be written: .*\(ENOENT\)/,
  );
  // A mount needs a privilege that not every machine grants.
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", directory]).status !== 0) return;
  try {
    await expect(makeFolder(join(directory, "a", "b"))).rejects.toMatchObject({ code: "EROFS" });
    await expect(localFolder(join(directory, "a")).write("x", new Uint8Array(1))).rejects.toThrow(
      "the file system is read-only. Choose another folder (EROFS).",
    );
  } finally {
    spawnSync("umount", ["-l", directory]);
  }
});
