import { createHash } from "node:crypto";
import type { RunSettings } from "../run/run-settings.ts";
import type { OpenedSource } from "./open-pretraining-source.ts";

/**
 * Hashes of a run's data and vocabulary, which must not change when it is resumed. Runs of earlier versions have only
 * `data`; the others are not compared with theirs.
 */
export function dataFingerprints({ source, tokenizer }: OpenedSource): RunSettings {
  const { lowercase, vocabulary, parts } = tokenizer;
  const added = parts.addedTokens.map(({ id, content }) => [id, content]);
  const hash = createHash("sha256").update(JSON.stringify([lowercase, vocabulary.tokens, added]));
  return {
    data: source.fingerprint,
    vocabulary: hash.digest("hex").slice(0, 16),
    ...(source.textSample !== undefined && { textSample: source.textSample }),
  };
}
