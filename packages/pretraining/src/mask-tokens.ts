import type { RandomSource } from "@bertkit/nn";
import type { CheckedInstanceOptions } from "./instance-options.ts";
import { chooseNgrams, chooseSpans, type Gram } from "./masking.ts";

/** Masked positions in ascending order, and their original ids. */
export interface MaskedTokens {
  readonly positions: Int32Array;
  readonly ids: Int32Array;
}

/**
 * Masks `tokens` in place and returns the original ids: of the chosen pieces, 80 % become [MASK], 10 % do not change,
 * and 10 % become a random id of the vocabulary (BERT paper, section 3.1).
 *
 * The order of random draws equals `create_masked_lm_predictions` in google-research/bert.
 */
export function maskTokens(tokens: Int32Array, options: CheckedInstanceOptions, random: RandomSource): MaskedTokens {
  const { masking, maskedLmProbability, maxPredictionsPerSequence } = options;
  const wanted = Math.min(maxPredictionsPerSequence, Math.max(1, roundHalfEven(tokens.length * maskedLmProbability)));
  if (masking.kind === "ngram" || masking.kind === "span") {
    const choose = masking.kind === "ngram" ? chooseNgrams : chooseSpans;
    const grams = choose(wordsOf(tokens, options), masking.longest, wanted, random);
    return replaceGrams(tokens, grams, options, random);
  }
  if (masking.kind === "token" && !options.drawsLikeGoogle) return maskPieces(tokens, wanted, options, random);
  return maskGroups(tokens, wanted, options, random);
}

/** Masks `wanted` pieces, drawn one by one. */
function maskPieces(
  tokens: Int32Array,
  wanted: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
): MaskedTokens {
  const { classificationId, separatorId } = options.vocabulary;
  if (pieces.length < tokens.length) pieces = new Int32Array(2 * tokens.length);
  let count = 0;
  for (let position = 0; position < tokens.length; position++) {
    const id = tokens[position]!;
    if (id !== classificationId && id !== separatorId) pieces[count++] = position;
  }
  const chosen = Math.min(wanted, count);
  const positions = new Int32Array(chosen);
  for (let i = 0; i < chosen; i++) {
    const place = random.integer(i, count - 1);
    positions[i] = pieces[place]!;
    pieces[place] = pieces[i]!;
  }
  positions.sort();
  const ids = new Int32Array(chosen);
  for (let i = 0; i < chosen; i++) {
    const position = positions[i]!;
    ids[i] = tokens[position]!;
    replace(tokens, position, drawOf(random), options, random);
  }
  return { positions, ids };
}

/** The positions of one sequence's pieces. Reused: creating an array for each sequence takes longer than the draws. */
let pieces = new Int32Array(512);

function maskGroups(
  tokens: Int32Array,
  wanted: number,
  options: CheckedInstanceOptions,
  random: RandomSource,
): MaskedTokens {
  const { members, starts } = candidates(tokens, options);
  const order = starts.map((_, group) => group);
  random.shuffle(order);
  const chosen: MaskedToken[] = [];
  for (const group of order) {
    if (chosen.length >= wanted) break;
    const start = starts[group]!;
    const end = starts[group + 1] ?? members.length;
    if (chosen.length + end - start > wanted) continue;
    let draw: Draw | undefined;
    for (let member = start; member < end; member++) {
      const position = members[member]!;
      chosen.push({ position, id: tokens[position]! });
      if (draw === undefined || options.masking.replace === "piece") draw = drawOf(random);
      replace(tokens, position, draw, options, random);
    }
  }
  return masked(chosen);
}

function replaceGrams(
  tokens: Int32Array,
  grams: readonly Gram[],
  options: CheckedInstanceOptions,
  random: RandomSource,
): MaskedTokens {
  const chosen: MaskedToken[] = [];
  for (const { start, end } of grams) {
    let draw = drawOf(random);
    for (let position = start; position < end; position++) {
      if (position > start && options.masking.replace === "piece") draw = drawOf(random);
      chosen.push({ position, id: tokens[position]! });
      replace(tokens, position, draw, options, random);
    }
  }
  return masked(chosen);
}

interface MaskedToken {
  readonly position: number;
  readonly id: number;
}

type Draw = "mask" | "keep" | "random";

/** 80, 10 and 10 %. */
function drawOf(random: RandomSource): Draw {
  if (random.random() < 0.8) return "mask";
  return random.random() < 0.5 ? "keep" : "random";
}

function replace(
  tokens: Int32Array,
  position: number,
  draw: Draw,
  { vocabulary }: CheckedInstanceOptions,
  random: RandomSource,
): void {
  if (draw === "mask") tokens[position] = vocabulary.maskId;
  else if (draw === "random") tokens[position] = random.integer(0, vocabulary.size - 1);
}

function masked(chosen: MaskedToken[]): MaskedTokens {
  chosen.sort((a, b) => a.position - b.position);
  // By index: Int32Array.from with a function takes several times as long.
  const positions = new Int32Array(chosen.length);
  const ids = new Int32Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    positions[i] = chosen[i]!.position;
    ids[i] = chosen[i]!.id;
  }
  return { positions, ids };
}

/** The positions of each word; special tokens belong to none, and the piece after one starts a word. */
function wordsOf(tokens: Int32Array, { vocabulary, joinsWord }: CheckedInstanceOptions): Gram[] {
  const words: { start: number; end: number }[] = [];
  for (let position = 0; position < tokens.length; position++) {
    const id = tokens[position]!;
    if (id === vocabulary.classificationId || id === vocabulary.separatorId) continue;
    const last = words.at(-1);
    if (last?.end === position && joinsWord(id)) last.end++;
    else words.push({ start: position, end: position + 1 });
  }
  return words;
}

/**
 * Groups of positions that are masked together: group g is members[starts[g], starts[g + 1]). A continuation joins the
 * previous group even across a [SEP], as in Google's script: a segment truncated at its front may start with one.
 */
function candidates(tokens: Int32Array, options: CheckedInstanceOptions): { members: number[]; starts: number[] } {
  const { classificationId, separatorId } = options.vocabulary;
  const members: number[] = [];
  const starts: number[] = [];
  for (let position = 0; position < tokens.length; position++) {
    const id = tokens[position]!;
    if (id === classificationId || id === separatorId) continue;
    if (starts.length === 0 || !options.joinsWord(id)) starts.push(members.length);
    members.push(position);
  }
  return { members, starts };
}

/** Python 3's `round`: halves are rounded to even. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
