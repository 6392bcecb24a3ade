import { createHash } from "node:crypto";

/** The first 16 hexadecimal digits of a SHA-256 of examples, in their order. */
export function examplesFingerprint(examples: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const example of examples) hash.update(`${JSON.stringify(example)}\n`);
  return hash.digest("hex").slice(0, 16);
}
