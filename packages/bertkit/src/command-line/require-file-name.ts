import { statSync } from "node:fs";
import { UsageError } from "./usage-error.ts";

/** @throws UsageError if --out, which names a file to write, is a folder: before the work, not after it */
export function requireFileName(out: string | undefined): void {
  if (out !== undefined && statSync(out, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--out is a folder: ${out}. Name a file`);
}
