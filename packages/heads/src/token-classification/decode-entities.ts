/** A run of words that names one thing. */
export interface EntitySpan {
  /** The label without its `B-` or `I-`. */
  readonly type: string;
  /** First word. */
  readonly start: number;
  /** One past the last word. */
  readonly end: number;
}

/**
 * Entities of a sequence of BIO labels. An `I-` that continues nothing of its type starts an entity, so IOB1 and the
 * broken sequences of a model are read too (as the CoNLL evaluation script does). Labels without a prefix, such as
 * `O`, are outside.
 *
 * decodeEntities(["B-PER", "I-PER", "O", "I-LOC"]) → [{ type: "PER", start: 0, end: 2 }, { type: "LOC", start: 3, end: 4 }]
 */
export function decodeEntities(labels: readonly string[]): EntitySpan[] {
  const spans: EntitySpan[] = [];
  let open: { type: string; start: number } | undefined;
  const close = (end: number): void => {
    if (open) spans.push({ ...open, end });
    open = undefined;
  };
  labels.forEach((label, word) => {
    const [, prefix, type] = /^([BI])-(.+)$/s.exec(label) ?? [];
    if (prefix === undefined || type === undefined) return close(word);
    if (prefix === "I" && open?.type === type) return;
    close(word);
    open = { type, start: word };
  });
  close(labels.length);
  return spans;
}
