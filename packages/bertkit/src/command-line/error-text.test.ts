import { readFile } from "node:fs/promises";
import { collect, readJsonl } from "@bertkit/datasets";
import { expect, test } from "vitest";
import { errorText } from "./error-text.ts";

test("omits advice for programs", async () => {
  const reading = collect(readJsonl("null\n", { file: "a.jsonl" }));
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect((error as Error).message).toContain("Correct it, or skip such rows with onBadRow.");
  expect(errorText(error)).toEqual({
    text: 'readJsonl: a.jsonl, line 1: expected an object, got "null". Correct it.',
    isMissingFile: false,
  });
});

test("names the cure of an unknown encoding that the command line has", async () => {
  const bytes = new Blob([Uint8Array.of(0x22, 0xe9, 0x22, 0x0a)]);
  const reading = collect(readJsonl(bytes, { file: "a.jsonl" }));
  const { text } = errorText(await reading.catch((thrown: unknown) => thrown));
  expect(text).toMatch(
    /a\.jsonl, line 1: the bytes are not utf-8 text\. Give --encoding windows-1252 or the file's encoding, or save it as UTF-8; gzip/,
  );
});

test("names the encoding of a byte-order mark as the command line's option", async () => {
  const bytes = new Blob([Uint8Array.of(0xff, 0xfe, 0x22, 0)]);
  const reading = collect(readJsonl(bytes, { file: "a.jsonl" }));
  const { text } = errorText(await reading.catch((thrown: unknown) => thrown));
  expect(text).toMatch(/byte-order mark of utf-16le\. Give --encoding utf-16le, or save it as UTF-8\.$/);
});

test("a thrown text is the message", () => {
  expect(errorText("stopped")).toEqual({ text: "stopped", isMissingFile: false });
});

test("the message for a missing file does not contain the system's error", async () => {
  const error: unknown = await readFile("no/vocab.txt").catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(/^ENOENT/);
  expect(errorText(error)).toEqual({
    text: 'there is no file or folder "no/vocab.txt". Check the path',
    isMissingFile: true,
  });
});

test("a full disk is named also without a path, as by streams", () => {
  const error = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    syscall: "write",
  });
  expect(errorText(error).text).toBe("a file cannot be written: the disk is full. Free some space.");
});

test("a folder that cannot be created is not a missing one", () => {
  // Of mkdir with { recursive: true } on a read-only file system.
  const error = Object.assign(new Error(), { code: "ENOENT", syscall: "mkdir", path: "ro/shards" });
  expect(errorText(error)).toEqual({
    text: "ro/shards cannot be created, as on a read-only file system. Choose another folder.",
    isMissingFile: false,
  });
});
