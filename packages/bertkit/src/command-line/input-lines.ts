import { messageOf } from "@bertkit/checks";
import { createReadStream } from "node:fs";
import { noFile } from "./error-text.ts";
import { lineBatches, type LineReading } from "./line-batches.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** The lines of files in order, or of standard input if there are none, as in `lineBatches`. "-" is standard input. */
export async function* inputBatches(
  files: readonly string[],
  stdin: Terminal["stdin"],
  size: number,
  reading: Omit<LineReading, "file"> = {},
): AsyncGenerator<string[], void, undefined> {
  for (const file of files.length === 0 ? ["-"] : files)
    yield* file === "-" ? lineBatches(stdin, size, reading) : lineBatches(bytesOf(file), size, { ...reading, file });
}

/** The same line by line. */
export async function* inputLines(
  files: readonly string[],
  stdin: Terminal["stdin"],
  reading: Omit<LineReading, "file"> = {},
): AsyncGenerator<string, void, undefined> {
  for await (const lines of inputBatches(files, stdin, 1024, reading)) yield* lines;
}

/** @throws UsageError if the file cannot be read */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageError(
      code === "ENOENT"
        ? noFile(file)
        : code === "EISDIR"
          ? `${JSON.stringify(file)} is a folder, not a file. Name a file in it`
          : `cannot read the file ${JSON.stringify(file)}: ${code ?? messageOf(error)}`,
    );
  }
}
