import { attack, type Attack } from "@bertkit/testing/attacks";
import { tokenizerFromFiles } from "../files/index.ts";
import { parseVocabulary } from "../vocabulary/parse-vocabulary.ts";
import { special, times } from "./small-tokenizer.ts";

/** A piece whose edges nearly all hash to the first slots of the trie's table. */
function collidingPiece(length: number): string {
  let bits = 6;
  while (0.7 * (1 << bits) <= length) bits++;
  const [mask, places] = [(2 << bits) - 2, 1 << bits];
  let inverse = 1; // of 12085 modulo a power of two, by Newton's method
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(12_085, inverse));
  let free = 0; // slots below are taken
  let node = mask + 3;
  let piece = "";
  while (piece.length < length) {
    let unit = 0;
    let wanted = 0;
    for (; unit === 0 || unit === 10 || unit > 0xffff; wanted += 2)
      unit = (Math.imul((wanted - ((node * 31) & mask)) >> 1, inverse) >>> 0) % places;
    free = Math.max(free, wanted - 2) + 2;
    node = free - 1;
    piece += String.fromCharCode(unit);
  }
  return piece;
}

export const vocabularyAttacks: readonly Attack[] = [
  attack(
    "vocab.txt: a piece whose units all hash to one slot",
    () => `${special.join("\n")}\n${collidingPiece(80_000)}\n`,
    (vocab) => tokenizerFromFiles({ vocab }),
  ),
  attack(
    "vocab.txt: 2 MB of carriage returns",
    () => "\r".repeat(2_000_000),
    (vocab) => parseVocabulary(vocab),
  ),
  attack(
    "vocab.txt: a piece of 5 MB twice",
    () => `${"x".repeat(5_000_000)}\n`.repeat(2),
    (vocab) => parseVocabulary(vocab),
    /vocab.txt: token 1 \(line 2\) is .*as token 0|fewer characters/,
  ),
  attack(
    "tokenizer_config.json: 100,000 unknown ids",
    () => ({ added_tokens_decoder: Object.fromEntries(times(100_000, (i) => [String(i + 100), {}])) }),
    (tokenizerConfig) => tokenizerFromFiles({ vocab: special.join("\n"), tokenizerConfig }),
    /"added_tokens_decoder" has no content for the id 100/,
  ),
];
