import type { RandomSource } from "@bertkit/nn";
import type { CheckedInstanceOptions, RandomDocument } from "./instance-options.ts";
import type { TokenDocument } from "./pretraining-instance.ts";
import type { SentencePair } from "./sentence-pair.ts";

/**
 * Splits one document into sentence pairs, half of them with a random second segment from another document, or, with
 * `isOrdered`, with the two segments swapped (only a lone sentence gets a random one).
 *
 * The order of random draws equals `create_instances_from_document` in google-research/bert if each pair is masked
 * before the next is requested. Documents and sentences must not be empty (see `withoutEmpty`).
 */
export function* cutDocument(
  documents: readonly TokenDocument[],
  index: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
  isOrdered: boolean = false,
): Generator<SentencePair, void, undefined> {
  const document = documents[index]!;
  const mostTokens = options.maxSequenceLength - 3; // [CLS], [SEP], [SEP]
  let target = mostTokens;
  if (random.random() < options.shortSequenceProbability) target = random.integer(2, mostTokens);

  let chunkStart = 0;
  let chunkLength = 0;
  for (let i = 0; i < document.length; i++) {
    chunkLength += document[i]!.length;
    if (i < document.length - 1 && chunkLength < target) continue;

    const sentences = i + 1 - chunkStart;
    const firstSentences = sentences >= 2 ? random.integer(1, sentences - 1) : 1;
    const secondStart = chunkStart + firstSentences;
    const first = tokensOf(document, chunkStart, secondStart);
    const isRandomNext = sentences === 1 || (!isOrdered && random.random() < 0.5);
    const isSwapped = isOrdered && sentences > 1 && random.random() < 0.5;
    const second = isRandomNext
      ? randomSegment(documents, index, target - first.length, options.randomDocument, random)
      : tokensOf(document, secondStart, i + 1);
    if (isRandomNext) i = secondStart - 1; // unused sentences go into the next pair
    const [a, b] = isSwapped ? [second, first] : [first, second];
    yield makePair(a, b, isRandomNext || isSwapped, mostTokens, options, random);
    chunkStart = i + 1;
    chunkLength = 0;
  }
}

/** Drops empty sentences and documents, as Google's reader does. */
export function withoutEmpty(documents: readonly TokenDocument[]): TokenDocument[] {
  return documents
    .map((document) =>
      document.some(({ length }) => length === 0) ? document.filter(({ length }) => length > 0) : document,
    )
    .filter(({ length }) => length > 0);
}

function tokensOf(document: TokenDocument, start: number, end: number): number[] {
  const tokens: number[] = [];
  for (let i = start; i < end; i++) append(tokens, document[i]!);
  return tokens;
}

/** Sentences from a random position of a random document; the current document only if ten draws hit it. */
function randomSegment(
  documents: readonly TokenDocument[],
  current: number,
  wanted: number,
  randomDocument: RandomDocument,
  random: RandomSource,
): number[] {
  let other = current;
  for (let draw = 0; draw < 10; draw++) {
    other = randomDocument(current, documents.length, random);
    if (other !== current) break;
  }
  const document = documents[other]!;
  const tokens: number[] = [];
  for (let i = random.integer(0, document.length - 1); i < document.length; i++) {
    append(tokens, document[i]!);
    if (tokens.length >= wanted) break;
  }
  return tokens;
}

function append(tokens: number[], sentence: ArrayLike<number>): void {
  for (let i = 0; i < sentence.length; i++) tokens.push(sentence[i]!);
}

function makePair(
  first: number[],
  second: number[],
  isRandomNext: boolean,
  mostTokens: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
): SentencePair {
  const [a, b] = truncatePair(first, second, mostTokens, random);
  const { classificationId, separatorId } = options.vocabulary;
  const inputIds = new Int32Array(a.length + b.length + 3);
  inputIds[0] = classificationId;
  inputIds.set(a, 1);
  inputIds[a.length + 1] = separatorId;
  inputIds.set(b, a.length + 2);
  inputIds[inputIds.length - 1] = separatorId;
  const tokenTypeIds = new Int32Array(inputIds.length).fill(1, a.length + 2);
  return { inputIds, tokenTypeIds, isRandomNext };
}

/** Truncates the longer segment (the second on a tie) at a random end until both fit. */
function truncatePair(first: number[], second: number[], most: number, random: RandomSource): [number[], number[]] {
  const a = { start: 0, end: first.length };
  const b = { start: 0, end: second.length };
  while (a.end - a.start + b.end - b.start > most) {
    const longer = a.end - a.start > b.end - b.start ? a : b;
    if (random.random() < 0.5) longer.start++;
    else longer.end--;
  }
  return [first.slice(a.start, a.end), second.slice(b.start, b.end)];
}
