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

  const { symbols, starts, lengths, counts } = spell(words, alphabet, (character, first) =>
    ids.get(first ? character : continuingPrefix + character)!,
  );
  words.counts.clear(); // spelled now, and the largest thing in memory

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
  for (let w = 0; w < lengths.length; w++) {
    const end = starts[w]! + lengths[w]!;
    for (let i = starts[w]! + 1; i < end; i++) change(symbols[i - 1]!, symbols[i]!, counts[w]!, w);
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
      const start = starts[w]!;
      const end = start + lengths[w]!;
      const weight = counts[w]!;
      let to = start; // the word grows shorter in its place
      for (let i = start; i < end; i++) {
        if (symbols[i] !== left || i + 1 === end || symbols[i + 1] !== right) {
          symbols[to++] = symbols[i]!;
          continue;
        }
        if (to > start) {
          const neighbour = symbols[to - 1]!;
          change(neighbour, left, -weight, w);
          change(neighbour, merged, weight, w);
          grown.add(neighbour * pairBase + merged);
        }
        if (i + 2 < end) {
          const neighbour = symbols[i + 2]!;
          change(right, neighbour, -weight, w);
          change(merged, neighbour, weight, w);
          grown.add(merged * pairBase + neighbour);
        }
        symbols[to++] = merged;
        i++;
      }
      lengths[w] = to - start;
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

/** Words as the ids of their characters in one array, [starts, starts + lengths) of each; those of one character have no pairs. */
interface SpelledWords {
  symbols: Int32Array;
  starts: Int32Array;
  lengths: Int32Array;
  counts: Float64Array;
}

function spell(
  words: WordCounts,
  alphabet: readonly string[],
  id: (character: string, first: boolean) => number,
): SpelledWords {
  const known = new Set(alphabet);
  let [size, count] = [0, 0];
  for (const word of words.counts.keys()) size += word.length;
  const symbols = new Int32Array(size);
  const starts = new Int32Array(words.counts.size);
  const lengths = new Int32Array(words.counts.size);
  const counts = new Float64Array(words.counts.size);
  let at = 0;
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
    starts[count] = start;
    lengths[count] = at - start;
    counts[count++] = times;
  }
  return { symbols, starts, lengths: lengths.subarray(0, count), counts };
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
