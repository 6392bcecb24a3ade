/**
 * What offsets count where not UTF-16 units, as JavaScript's `slice`: `codePoints` or `utf8` of `@bertkit/tokenizer/alignment`.
 * For each UTF-16 place of a text, and its end, the place in the unit; undefined where all are the same.
 */
export type OffsetUnit = (text: string) => Int32Array | undefined;
