import { createHash } from "node:crypto";
import { variables } from "@bertkit/nn";
import type { PretrainedParts } from "../model/pretrained.ts";

/**
 * The first 16 hexadecimal digits of a SHA-256 of a model's config, vocabulary and weights: whatever files they came
 * from.
 */
export async function modelFingerprint(model: PretrainedParts): Promise<string> {
  const { config, tokenizer } = model;
  const hash = createHash("sha256").update(JSON.stringify([config, tokenizer.lowercase, tokenizer.vocabulary.tokens]));
  for (const [path, variable] of [...variables(model)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { buffer, byteOffset, byteLength } = await variable.data();
    hash.update(`${path} ${variable.shape.join(",")} `).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}
