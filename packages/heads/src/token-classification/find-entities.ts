import { checkOptions, checkTexts, limitLength } from "@bertkit/checks";
import { decodeEntities, tagSchemeOf } from "@bertkit/metrics";
import type { Encoding, Tokenizer } from "@bertkit/tokenizer";
import { checkHead, checkTokenizer } from "../check-arguments.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { predictRules } from "../option-rules.ts";
import { bestLabel } from "./best-label.ts";
import type { TokenClassifier } from "./token-classifier.ts";

/** An entity in a text. */
export interface Entity {
  /** The label without its prefix, such as `B-`. */
  readonly type: string;
  /** The entity's text in the input. */
  readonly text: string;
  /** First character, in UTF-16 units: `input.slice(start, end)` is `text`. */
  readonly start: number;
  /** One past the last character. */
  readonly end: number;
  /** Mean probability of the entity's words. */
  readonly score: number;
}

/**
 * Finds entities in raw texts. The classifier's labels may have any `TagScheme` of `@bertkit/metrics`. A word of the
 * tokenizer has the label of its first piece. Tokens beyond `maxLength` are ignored.
 */
export async function findEntities(
  classifier: TokenClassifier,
  tokenizer: Tokenizer,
  texts: readonly string[],
  options: PredictOptions = {},
): Promise<Entity[][]> {
  checkOptions("findEntities", options, predictRules);
  checkHead("findEntities", "classifier", classifier, "a TokenClassifier", "labels");
  checkTokenizer("findEntities", tokenizer);
  checkTexts("findEntities", "texts", texts);
  const limits = limitLength(classifier, options);
  const { maxLength } = limits;
  const encodings = texts.map((text) => tokenizer.encode(text, undefined, { maxLength }));
  const values = await predictRows(
    encodings,
    tokenizer.special.padding.id,
    (batch) => classifier.predict(batch),
    limits,
  );
  const bare = tagSchemeOf(classifier.labels) === "bare";
  return texts.map((text, row) => {
    const words = wordsOf(encodings[row]!);
    const best = words.map(({ piece }) => bestLabel(values[row]!, piece, classifier.labels));
    const labels = best.map(({ label }) => label);
    return decodeEntities(labels, bare ? { scheme: "bare" } : {}).map(({ type, start: first, end }) => {
      const start = words[first]!.start;
      const stop = words[end - 1]!.end;
      const score = best.slice(first, end).reduce((total, word) => total + word.score, 0) / (end - first);
      return { type, text: text.slice(start, stop), start, end: stop, score };
    });
  });
}

/** The words of an encoding: first piece, and first and last character. */
function wordsOf({ wordIds, offsets }: Encoding): { piece: number; start: number; end: number }[] {
  const words: { piece: number; start: number; end: number }[] = [];
  wordIds.forEach((word, piece) => {
    if (word < 0) return;
    const end = offsets[2 * piece + 1]!;
    if (wordIds[piece - 1] === word) words.at(-1)!.end = end;
    else words.push({ piece, start: offsets[2 * piece]!, end });
  });
  return words;
}
