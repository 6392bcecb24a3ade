import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FilePieces } from "./folder.ts";
import { localFolder } from "./local-folder.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-folder-"))));
afterEach(() => rm(directory, { recursive: true }));

test("writes, replaces and reads, making directories as needed", async () => {
  const folder = localFolder(join(directory, "new/model"));
  expect(await folder.read("config.json")).toBeUndefined();
  await folder.write("config.json", Uint8Array.of(1, 2));
  await folder.write("config.json", Uint8Array.of(3));
  await folder.write("1_Pooling/config.json", Uint8Array.of(4));
  expect([...(await folder.read("config.json"))!]).toEqual([3]);
  expect((await readdir(join(directory, "new/model"))).sort()).toEqual(["1_Pooling", "config.json"]);
});

test("a write that fails leaves the old file and no temporary one", async () => {
  const folder = localFolder(directory);
  await folder.write("taken/file", Uint8Array.of(1));
  await expect(folder.write("taken", Uint8Array.of(2))).rejects.toThrow(/taken/);
  expect(await readdir(directory)).toEqual(["taken"]);
});

test.skipIf(process.platform === "win32")("a replaced file keeps its permissions", async () => {
  const [folder, file] = [localFolder(directory), join(directory, "private")];
  await folder.write("private", Uint8Array.of(1));
  await chmod(file, 0o600);
  await folder.write("private", Uint8Array.of(2));
  expect([...(await readFile(file)), (await stat(file)).mode & 0o777]).toEqual([2, 0o600]);
});

test("pieces must have the bytes of their size", async () => {
  const folder = localFolder(directory);
  const pieces = (size: number): FilePieces => ({
    size,
    async *[Symbol.asyncIterator]() {
      yield Uint8Array.of(1);
      yield Uint8Array.of(2);
    },
  });
  await expect(folder.writePieces("a", pieces(3))).rejects.toThrow(/a: the pieces have 2 bytes, but their size is 3/);
  await expect(folder.writePieces("a", pieces(1))).rejects.toThrow(/a: the pieces have 2 bytes or more, but/);
  expect(await readdir(directory)).toEqual([]);
  await folder.writePieces("a", pieces(2));
  expect([...(await folder.read("a"))!]).toEqual([1, 2]);
});

test("opens files for ranged reads", async () => {
  const folder = localFolder(directory);
  await writeFile(join(directory, "data"), "0123456789");
  await symlink("data", join(directory, "link"));
  const source = (await folder.open("link"))!;
  expect(source.size).toBe(10);
  expect(Buffer.from(await source.read(3, 6)).toString()).toBe("345");
  expect(await source.read(8, 12)).toHaveLength(2);
  await source.close!();
  expect(await folder.open("none")).toBeUndefined();
});

test("a range of 2 GiB or more is read in several parts", async () => {
  const size = 2 ** 31 + 8;
  const handle = await open(join(directory, "large"), "w");
  await handle.truncate(size);
  // Counts the bytes without reading them, which keeps the memory virtual.
  const read = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "read");
  read.mockImplementation((async (_bytes: Uint8Array, _offset: number, length: number) => ({
    bytesRead: length,
  })) as unknown as typeof handle.read);
  try {
    await handle.close();
    const source = (await localFolder(directory).open("large"))!;
    expect(await source.read(0, size)).toHaveLength(size);
    await source.close!();
    expect(read.mock.calls.map((call) => call.slice(1) as unknown)).toEqual([
      [0, 2 ** 30, 0],
      [2 ** 30, 2 ** 30, 2 ** 30],
      [2 ** 31, 8, 2 ** 31],
    ]);
  } finally {
    read.mockRestore();
  }
});

test("an unreadable file is an error that names it, not a missing file", { timeout: 20_000 }, async () => {
  const folder = localFolder(directory);
  await mkdir(join(directory, "config.json"));
  await symlink("gone", join(directory, "vocab.txt"));
  await symlink("loop", join(directory, "loop"));
  await symlink("gone", join(directory, "1_Pooling"));
  if (process.platform !== "win32") execFileSync("mkfifo", [join(directory, "pipe")]);
  for (const [name, message] of [
    ["config.json", /config\.json cannot be read: it is a directory \(EISDIR\)/],
    ["vocab.txt", /vocab\.txt is a link to gone, which does not exist/],
    ["1_Pooling/config.json", /1_Pooling is a link to gone, which does not exist/],
    ["loop", /loop cannot be read: its links form a loop \(ELOOP\)/],
    ...(process.platform === "win32" ? [] : [["pipe", /pipe cannot be read.*not a regular file/] as const]),
  ] as const) {
    await expect(folder.read(name)).rejects.toThrow(message);
    await expect(folder.open(name)).rejects.toThrow(message);
  }
  expect(await folder.read("1_Dense/config.json")).toBeUndefined();
});

test("names cannot leave the folder", async () => {
  const folder = localFolder(directory);
  await expect(folder.read("../x")).rejects.toThrow(/may be outside/);
  await expect(folder.write("/tmp/x", new Uint8Array(1))).rejects.toThrow(/may be outside/);
  await expect(folder.open("a/../../x")).rejects.toThrow(/may be outside/);
});

test("a file is not a folder: for reading, and for writing", async () => {
  const file = join(directory, "data.csv");
  await writeFile(file, "a,b");
  const folder = localFolder(file);
  await expect(folder.read("config.json")).rejects.toThrow("data.csv is a file, not a folder. Name the folder");
  await expect(folder.open("sub/config.json")).rejects.toThrow("data.csv is a file, not a folder. Name the folder");
  await expect(folder.write("config.json", new Uint8Array(1))).rejects.toThrow(
    "data.csv is a file, not a folder. Choose another folder",
  );
  expect(await localFolder(directory).read("data.csv/config.json")).toBeUndefined();
  expect(await readFile(file, "utf8")).toBe("a,b");
});
