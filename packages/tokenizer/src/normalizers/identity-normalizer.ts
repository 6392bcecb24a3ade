import type { NormalizedText, Normalizer } from "./normalizer.ts";

/** Does not change the text. */
export class IdentityNormalizer implements Normalizer {
  normalize(text: string): NormalizedText {
    return { text };
  }
}
