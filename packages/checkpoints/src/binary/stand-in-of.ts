import { standIn } from "@bertkit/checks";
import type { RandomAccess } from "../random-access.ts";

const startLength = 64;

/** `standIn` of a file's first bytes. */
export function standInOf(bytes: Uint8Array): string | undefined {
  return standIn(new TextDecoder().decode(bytes.subarray(0, startLength)));
}

/** The same of a file that is open. */
export async function startStandIn(file: RandomAccess): Promise<string | undefined> {
  return standInOf(await file.read(0, Math.min(startLength, file.size)));
}
