import { checkTexts } from "@bertkit/checks";

/** A span of words that names something. */
export interface EntitySpan {
  /** The label without `B-` or `I-`. */
  readonly type: string;
  /** Index of the first word. */
  readonly start: number;
  /** Index after the last word. */
  readonly end: number;
}

/**
 * Entities of a sequence of BIO labels. An `I-` that does not continue an entity of its type starts one, so IOB1 and
 * invalid sequences of a model are accepted, as in conlleval and seqeval's default mode. Labels without a prefix, such
 * as `O`, are outside.
 *
 * decodeEntities(["B-PER", "I-PER", "O", "I-LOC"]) → [{ type: "PER", start: 0, end: 2 }, { type: "LOC", start: 3, end:
 * 4 }]
 */
export function decodeEntities(labels: readonly string[]): EntitySpan[] {
  checkTexts("decodeEntities", "labels", labels);
  const spans: EntitySpan[] = [];
  const read = bioReader();
  let open: { type: string; start: number } | undefined;
  const close = (end: number): void => {
    if (open) spans.push({ ...open, end });
    open = undefined;
  };
  labels.forEach((label, word) => {
    const bio = read(label);
    if (!bio) return close(word);
    const { begins, type } = bio;
    if (!begins && open?.type === type) return;
    close(word);
    open = { type, start: word };
  });
  close(labels.length);
  return spans;
}

interface BioLabel {
  readonly begins: boolean;
  readonly type: string;
}

/** Parses each distinct label once: long texts repeat a few labels. */
function bioReader(): (label: string) => BioLabel | undefined {
  const known = new Map<string, BioLabel | undefined>();
  const types = new Map<string, string>();
  return (label) => {
    if (known.has(label)) return known.get(label);
    let bio: BioLabel | undefined;
    if (label.length > 2 && (label.startsWith("B-") || label.startsWith("I-"))) {
      const type = label.slice(2);
      if (!types.has(type)) types.set(type, type);
      bio = { begins: label.startsWith("B"), type: types.get(type)! };
    }
    known.set(label, bio);
    return bio;
  };
}
