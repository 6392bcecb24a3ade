import { checkArray, checkObject, checkTexts, checkValue, oneOf } from "@bertkit/checks";
import { continuesEntity, parseTag, type Tag } from "@bertkit/metrics";
import { bestLabel, type TokenLabel } from "./best-label.ts";

/**
 * How tokens are grouped into entities. "none": not at all. "simple": adjacent tokens of one entity type are joined.
 * "first", "average", "max": each word first gets one label, that of its first token, of its tokens' mean
 * probabilities, or of its most certain token; then words are joined.
 */
export type AggregationStrategy = "none" | "simple" | "first" | "average" | "max";

export const aggregationStrategies: readonly AggregationStrategy[] = ["none", "simple", "first", "average", "max"];

/** The required fields of an encoded text; an `Encoding` has them. */
export interface AlignedTokens {
  /** The word of each token, -1 for special tokens: [tokens]. */
  readonly wordIds: Int32Array;
  /** [start, end) of each token in the text, in UTF-16 units, flat: [tokens · 2]. */
  readonly offsets: Int32Array;
}

/** A part of a text with one label. */
export interface LabeledSpan {
  /** With "none" the classifier's label; else without its prefix, such as B- or I-. */
  readonly label: string;
  /** The label's probability, averaged over tokens or words. */
  readonly score: number;
  /** Index of its first token, and of the token after its last. */
  readonly tokens: readonly [first: number, end: number];
  /** First character, in UTF-16 units. */
  readonly start: number;
  /** One past the last character. */
  readonly end: number;
}

/** Consecutive tokens with their common label. */
interface Piece extends TokenLabel {
  readonly first: number;
  readonly end: number;
}

/**
 * The labels of a text's tokens, joined according to `strategy`, in the order of the text and including O. Special
 * tokens have no label and end a span. The labels may have any `TagScheme`. Source: Hugging Face transformers,
 * `TokenClassificationPipeline`, but words are those of the tokenizer.
 *
 * @param probabilities of each token's labels, [tokens · labels]
 * @param strategy default "none"
 */
export function aggregateTokens(
  tokens: AlignedTokens,
  probabilities: Float32Array,
  labels: readonly string[],
  strategy: AggregationStrategy = "none",
): LabeledSpan[] {
  checkValue("aggregateTokens", "strategy", strategy, oneOf(aggregationStrategies), 'Leave it out for "none".');
  checkObject("aggregateTokens", "tokens", tokens, "an encoding, with wordIds and offsets");
  checkArray("aggregateTokens", "probabilities", probabilities, "numbers");
  checkTexts("aggregateTokens", "labels", labels);
  const { wordIds, offsets } = tokens;
  checkArray("aggregateTokens", "tokens.wordIds", wordIds, "numbers");
  checkArray("aggregateTokens", "tokens.offsets", offsets, "numbers");
  if (probabilities.length !== wordIds.length * labels.length)
    throw new RangeError(
      `aggregateTokens: ${wordIds.length} tokens and ${labels.length} labels need ${wordIds.length * labels.length} probabilities, got ${probabilities.length}. Pass those of the text's tokens, without padding.`,
    );
  const scores = Float32Array.from(probabilities);
  const pieces =
    strategy === "none" || strategy === "simple"
      ? wordsOf(wordIds, false).map(({ first, end }) => ({ first, end, ...bestLabel(scores, first, labels) }))
      : wordsOf(wordIds, true).map((word) => labeledWord(word, scores, labels, strategy));
  const groups = strategy === "none" ? pieces.map((piece) => [piece]) : groupsOf(pieces);
  return groups.map((group) => {
    const [{ first, label }, { end }] = [group[0]!, group.at(-1)!];
    return {
      label: strategy === "none" ? label : parseTag(label).type,
      score: group.reduce((total, { score }) => total + score, 0) / group.length,
      tokens: [first, end],
      start: offsets[2 * first]!,
      end: offsets[2 * end - 1]!,
    };
  });
}

/** The token ranges of words, or each token that belongs to a word. */
function wordsOf(wordIds: Int32Array, joined: boolean): { first: number; end: number }[] {
  const words: { first: number; end: number }[] = [];
  wordIds.forEach((word, token) => {
    if (word < 0) return;
    if (joined && token > 0 && wordIds[token - 1] === word) words.at(-1)!.end = token + 1;
    else words.push({ first: token, end: token + 1 });
  });
  return words;
}

function labeledWord(
  { first, end }: { first: number; end: number },
  probabilities: Float32Array,
  labels: readonly string[],
  strategy: "first" | "average" | "max",
): Piece {
  if (strategy === "first") return { first, end, ...bestLabel(probabilities, first, labels) };
  if (strategy === "max") {
    let best = bestLabel(probabilities, first, labels);
    for (let token = first + 1; token < end; token++) {
      const other = bestLabel(probabilities, token, labels);
      if (other.score > best.score) best = other;
    }
    return { first, end, ...best };
  }
  const mean = new Float32Array(labels.length);
  for (let token = first; token < end; token++)
    for (let label = 0; label < labels.length; label++)
      mean[label]! += probabilities[token * labels.length + label]! / (end - first);
  return { first, end, ...bestLabel(mean, 0, labels) };
}

/** Joins adjacent tokens of one entity. Labels without a prefix, including O, continue equal labels. */
function groupsOf(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  let before: Tag | undefined;
  for (const piece of pieces) {
    const tag = parseTag(piece.label);
    const follows = groups.at(-1)?.at(-1)?.end === piece.first;
    if (follows && continuesEntity(before, tag)) groups.at(-1)!.push(piece);
    else groups.push([piece]);
    before = tag;
  }
  return groups;
}
