/**
 * A unit of offsets other than UTF-16 units: `codePoints` or `utf8` of `@bertkit/tokenizer/alignment`. Maps each UTF-16
 * position of a text, and its end, to the position in the unit; undefined if they are all equal.
 */
export type OffsetUnit = (text: string) => Int32Array | undefined;
