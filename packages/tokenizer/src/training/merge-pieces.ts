import { PairQueue } from "./pair-queue.ts";
import type { WordCounts } from "./word-counts.ts";

export interface MergeOptions {
  readonly words: WordCounts;
  readonly alphabet: readonly string[];
  /** The first pieces, in order. */
  readonly specialTokens: readonly string[];
  readonly vocabularySize: number;
  readonly minFrequency: number;
  readonly continuingPrefix: string;
  readonly onMerge?: ((pieces: number) => void) | undefined;
}

/**
 * In UTF-16 units: no tokenizer matches longer pieces, and a text without spaces would take long to merge into them.
 */
const longestPiece = 10_000;
const between = -1;
const pairBase = 2 ** 26; // a pair is left * pairBase + right: exact in a double up to 67 million pieces

/**
 * Byte-pair merges with the `##` prefix: merges the most frequent adjacent pair until the vocabulary is full or no pair
 * is frequent enough (Sennrich et al. 2016, as in Hugging Face's WordPiece trainer).
 *
 * A merge updates pair counts only at its own positions, which are indexed; no word is scanned again. So the time grows
 * almost linearly with the text of the distinct words.
 */
export function mergePieces(options: MergeOptions): string[] {
  const { words, alphabet, specialTokens, vocabularySize, minFrequency, continuingPrefix, onMerge } = options;
  const tokens: string[] = [];
  const ids = new Map<string, number>();
  const idOf = (token: string): number => {
    const known = ids.get(token);
    if (known !== undefined) return known;
    ids.set(token, tokens.length);
    return tokens.push(token) - 1;
  };
  specialTokens.forEach(idOf);
  alphabet.forEach(idOf);
  addContinuing(words, alphabet, continuingPrefix, idOf);

  const spelled = spell(words, alphabet, (character, first) =>
    ids.get(first ? character : continuingPrefix + character)!,
  );
  const { symbols } = spelled;
  words.counts.clear(); // no longer needed, and the largest object in memory

  const pairCounts = new Map<number, number>();
  const pairPlaces = new Map<number, number[]>(); // positions of each pair, some no longer valid
  const change = (left: number, right: number, by: number, place: number): void => {
    const pair = left * pairBase + right;
    pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + by);
    if (by < 0) return;
    const held = pairPlaces.get(pair);
    if (held) held.push(place);
    else pairPlaces.set(pair, [place]);
  };
  for (let w = 0; w < spelled.counts.length; w++)
    for (let i = spelled.starts[w]!; symbols[i + 1] !== between; i++)
      change(symbols[i]!, symbols[i + 1]!, spelled.counts[w]!, i);
  const queue = new PairQueue();
  for (const [pair, count] of pairCounts) queue.push(pair, count);

  while (tokens.length < vocabularySize) {
    const top = queue.pop();
    if (!top) break;
    const { pair } = top;
    const count = pairCounts.get(pair) ?? 0;
    if (count !== top.count) {
      if (count > 0) queue.push(pair, count);
      continue;
    }
    if (count < 1 || count < minFrequency) break;
    const left = Math.floor(pair / pairBase);
    const right = pair % pairBase;
    // In order, because the first of overlapping pairs ("aaa") is merged.
    const places = Float64Array.from(pairPlaces.get(pair)!).sort();
    pairCounts.delete(pair);
    pairPlaces.delete(pair);
    if (tokens[left]!.length + tokens[right]!.length > longestPiece) continue;
    const merged = idOf(tokens[left]! + tokens[right]!.slice(continuingPrefix.length));
    const grown = new Set<number>();
    for (const place of places) {
      const second = after(symbols, place);
      if (symbols[place] !== left || symbols[second] !== right) continue; // no longer there
      const weight = spelled.countAt(place);
      const before = symbols[place - 1]! < between ? place + symbols[place - 1]! : place - 1;
      const neighbor = symbols[before]!;
      if (neighbor !== between) {
        change(neighbor, left, -weight, before);
        change(neighbor, merged, weight, before);
        grown.add(neighbor * pairBase + merged);
      }
      const next = after(symbols, second);
      const following = symbols[next]!;
      if (following !== between) {
        change(right, following, -weight, second);
        change(merged, following, weight, place);
        grown.add(merged * pairBase + following);
      }
      symbols[place] = merged;
      symbols[second] = symbols[place + 1] = symbols[next - 1] = place - next;
    }
    for (const other of grown) {
      const now = pairCounts.get(other) ?? 0;
      if (now > 0) queue.push(other, now);
    }
    onMerge?.(tokens.length);
  }
  return tokens;
}

/** The position of the next symbol. */
function after(symbols: Int32Array, place: number): number {
  const next = symbols[place + 1]!;
  return next < between ? place - next : place + 1;
}

/**
 * The words as ids of their characters, in one array with -1 around each word; words of one character are left out. A
 * merged symbol is stored at the first of its characters; at the second and the last is its negative length.
 */
interface SpelledWords {
  symbols: Int32Array;
  starts: Int32Array;
  counts: Float64Array;
  /** The count of the word at a position. */
  countAt(place: number): number;
}

function spell(
  words: WordCounts,
  alphabet: readonly string[],
  id: (character: string, first: boolean) => number,
): SpelledWords {
  const known = new Set(alphabet);
  let size = 1;
  for (const word of words.counts.keys()) size += word.length + 1;
  const symbols = new Int32Array(size);
  const starts = new Int32Array(words.counts.size);
  const counts = new Float64Array(words.counts.size);
  let count = 0;
  symbols[0] = between;
  let at = 1;
  for (const [word, times] of words.counts) {
    const start = at;
    let first = true;
    for (const character of word) {
      if (known.has(character)) symbols[at++] = id(character, first);
      first = false;
    }
    if (at - start < 2) {
      at = start;
      continue;
    }
    symbols[at++] = between;
    starts[count] = start;
    counts[count++] = times;
  }
  const countAt = (place: number): number => {
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= place) low = middle;
      else high = middle - 1;
    }
    return counts[low]!;
  };
  return { symbols: symbols.subarray(0, at), starts, counts: counts.subarray(0, count), countAt };
}

/** Adds `##x` for each character of the alphabet that continues a word, in code point order. */
function addContinuing(
  words: WordCounts,
  alphabet: readonly string[],
  prefix: string,
  idOf: (token: string) => number,
): void {
  const continuing = new Set<string>();
  for (const word of words.counts.keys()) {
    let first = true;
    for (const character of word) {
      if (!first) continuing.add(character);
      first = false;
    }
  }
  for (const character of alphabet) if (continuing.has(character)) idOf(prefix + character);
}
