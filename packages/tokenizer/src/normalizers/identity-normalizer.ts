import { checkText } from "../check-options.ts";
import type { NormalizedText, Normalizer } from "./normalizer.ts";

/** Does not change the text. */
export class IdentityNormalizer implements Normalizer {
  normalize(text: string): NormalizedText {
    checkText("normalize", "text", text);
    return { text };
  }
}
