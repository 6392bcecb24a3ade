import { shown } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";
import type { CheckedInstanceOptions, RandomDocument } from "./instance-options.ts";
import type { FlatDocument } from "./flat-document.ts";
import type { SentencePair } from "./sentence-pair.ts";

/**
 * Splits one document into sentence pairs, half of them with a random second segment from another document, or, with
 * `isOrdered`, with the two segments swapped (only a lone sentence gets a random one).
 *
 * The order of random draws equals `create_instances_from_document` in google-research/bert if each pair is masked
 * before the next is requested.
 */
export function* cutDocument(
  documents: readonly FlatDocument[],
  index: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
  isOrdered: boolean = false,
): Generator<SentencePair, void, undefined> {
  const { ids, starts } = documents[index]!;
  const last = starts.length - 2;
  const maxTokens = options.maxSequenceLength - 3; // [CLS], [SEP], [SEP]
  let target = maxTokens;
  if (random.random() < options.shortSequenceProbability) target = random.integer(2, maxTokens);

  let chunkStart = 0;
  for (let i = 0; i <= last; i++) {
    if (i < last && starts[i + 1]! - starts[chunkStart]! < target) continue;

    const sentences = i + 1 - chunkStart;
    const firstSentences = sentences >= 2 ? random.integer(1, sentences - 1) : 1;
    const secondStart = chunkStart + firstSentences;
    const first = { ids, start: starts[chunkStart]!, end: starts[secondStart]! };
    const isRandomNext = sentences === 1 || (!isOrdered && random.random() < 0.5);
    const isSwapped = isOrdered && sentences > 1 && random.random() < 0.5;
    const second = isRandomNext
      ? randomSegment(documents, index, target - first.end + first.start, options.randomDocument, random)
      : { ids, start: starts[secondStart]!, end: starts[i + 1]! };
    if (isRandomNext) i = secondStart - 1; // unused sentences go into the next pair
    const [a, b] = isSwapped ? [second, first] : [first, second];
    yield makePair(a, b, isRandomNext || isSwapped, maxTokens, options, random);
    chunkStart = i + 1;
  }
}

/** Sentences from a random position of a random document; the current document only if ten draws hit it. */
function randomSegment(
  documents: readonly FlatDocument[],
  current: number,
  wanted: number,
  randomDocument: RandomDocument,
  random: RandomSource,
): Segment {
  let other = current;
  for (let draw = 0; draw < 10; draw++) {
    other = randomDocument(current, documents.length, random);
    if (other !== current) break;
  }
  const drawn = documents[other];
  if (drawn === undefined)
    throw new RangeError(
      `randomDocument: must return an index from 0 to ${documents.length - 1}, got ${shown(other)}. Leave it out for anyDocument.`,
    );
  const { ids, starts } = drawn;
  const last = starts.length - 2;
  const first = random.integer(0, last);
  let end = first;
  while (end < last && starts[end + 1]! - starts[first]! < wanted) end++;
  return { ids, start: starts[first]!, end: starts[end + 1]! };
}

function makePair(
  a: Segment,
  b: Segment,
  isRandomNext: boolean,
  maxTokens: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
): SentencePair {
  truncatePair(a, b, maxTokens, random);
  const { classificationId, separatorId } = options.vocabulary;
  const second = a.end - a.start + 2;
  const inputIds = new Int32Array(second + b.end - b.start + 1);
  inputIds[0] = classificationId;
  copy(a, inputIds, 1);
  inputIds[second - 1] = separatorId;
  copy(b, inputIds, second);
  inputIds[inputIds.length - 1] = separatorId;
  const tokenTypeIds = new Int32Array(inputIds.length).fill(1, second);
  return { inputIds, tokenTypeIds, isRandomNext };
}

/** Copies by index, which is faster than `subarray` for such short arrays. */
function copy({ ids, start, end }: Segment, target: Int32Array, at: number): void {
  for (let i = start; i < end; i++) target[at + i - start] = ids[i]!;
}

/** Truncates the longer segment (the second on a tie) at a random end until both fit. */
function truncatePair(a: Segment, b: Segment, max: number, random: RandomSource): void {
  while (a.end - a.start + b.end - b.start > max) {
    const longer = a.end - a.start > b.end - b.start ? a : b;
    if (random.random() < 0.5) longer.start++;
    else longer.end--;
  }
}

/** A piece of a document. */
interface Segment {
  readonly ids: Int32Array;
  start: number;
  end: number;
}
