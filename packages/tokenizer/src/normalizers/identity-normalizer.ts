import type { NormalizedText, Normalizer } from "./normalizer.ts";

/** Leaves text as it is. */
export class IdentityNormalizer implements Normalizer {
  normalize(text: string): NormalizedText {
    return { text };
  }
}
