import { PairQueue } from "./pair-queue.ts";
import type { WordCounts } from "./word-counts.ts";

export interface MergeOptions {
  words: WordCounts;
  alphabet: readonly string[];
  /** Taken first, in order. */
  specialTokens: readonly string[];
  vocabularySize: number;
  minFrequency: number;
  continuingPrefix: string;
  onMerge?: ((pieces: number) => void) | undefined;
}

const pairBase = 2 ** 26; // a pair is left * pairBase + right: exact in a double for 67 million pieces

/**
 * Byte-pair merges with `##` for what continues a word: the commonest pair of neighbours becomes a piece until the
 * vocabulary is full or no pair is common enough (Sennrich et al. 2016, as Hugging Face's WordPiece trainer applies it).
 *
 * Counts of pairs are kept up to date by the neighbours of each merge alone; no word is counted again.
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

  const known = new Set(alphabet);
  const symbols: Int32Array[] = [];
  const counts: number[] = [];
  for (const [word, count] of words.counts) {
    const pieces: number[] = [];
    let first = true;
    for (const character of word) {
      if (known.has(character)) pieces.push(ids.get(first ? character : continuingPrefix + character)!);
      first = false;
    }
    if (pieces.length < 2) continue;
    symbols.push(Int32Array.from(pieces));
    counts.push(count);
  }

  const pairCounts = new Map<number, number>();
  const pairWords = new Map<number, number[]>(); // which words held a pair at some time; a word may come twice
  const change = (left: number, right: number, by: number, word: number): void => {
    const pair = left * pairBase + right;
    pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + by);
    if (by < 0) return;
    const held = pairWords.get(pair);
    if (!held) pairWords.set(pair, [word]);
    else if (held[held.length - 1] !== word) held.push(word);
  };
  for (let w = 0; w < symbols.length; w++) {
    const word = symbols[w]!;
    for (let i = 1; i < word.length; i++) change(word[i - 1]!, word[i]!, counts[w]!, w);
  }
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
    const merged = idOf(tokens[left]! + tokens[right]!.slice(continuingPrefix.length));
    const grown = new Set<number>();
    for (const w of pairWords.get(pair)!) {
      const before = symbols[w]!;
      const weight = counts[w]!;
      let length = 0;
      const after = new Int32Array(before.length);
      for (let i = 0; i < before.length; i++) {
        if (before[i] !== left || before[i + 1] !== right) {
          after[length++] = before[i]!;
          continue;
        }
        if (length > 0) {
          const neighbour = after[length - 1]!;
          change(neighbour, left, -weight, w);
          change(neighbour, merged, weight, w);
          grown.add(neighbour * pairBase + merged);
        }
        if (i + 2 < before.length) {
          const neighbour = before[i + 2]!;
          change(right, neighbour, -weight, w);
          change(merged, neighbour, weight, w);
          grown.add(merged * pairBase + neighbour);
        }
        after[length++] = merged;
        i++;
      }
      if (length < before.length) symbols[w] = after.slice(0, length);
    }
    pairCounts.delete(pair);
    pairWords.delete(pair);
    for (const other of grown) {
      const now = pairCounts.get(other) ?? 0;
      if (now > 0) queue.push(other, now);
    }
    onMerge?.(tokens.length);
  }
  return tokens;
}

/** `##x` for each character of the alphabet that continues some word, in code-point order. */
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
