/**
 * How tags mark where entities begin and end. "bio": B- on the first word of each entity, I- on the others. "iob1": B- only
 * if an entity directly follows another of its type. "bioes" and "bilou" also mark the last word (E- or L-), and entities of
 * one word (S- or U-). "bare": each word has only its type, and adjacent words of one type are one entity.
 */
export type TagScheme = "bio" | "iob1" | "bioes" | "bilou" | "bare";

const prefixes: Readonly<Record<TagScheme, string>> = { bio: "BI", iob1: "BI", bioes: "BIES", bilou: "BILU", bare: "" };

export const tagSchemes: readonly TagScheme[] = ["bio", "iob1", "bioes", "bilou", "bare"];

/** Whether a tag is valid in a scheme: "O", or a type with one of the prefixes; in "bare", any text except "". */
export function isTag(tag: string, scheme: TagScheme): boolean {
  if (scheme === "bare") return tag !== "";
  return tag === "O" || (hasTagPrefix(tag) && prefixes[scheme].includes(tag[0]!));
}

/** The valid tags of a scheme, for a message: "O, B-TYPE or I-TYPE". */
export function validTags(scheme: TagScheme): string {
  if (scheme === "bare") return "a tag";
  const all = ["O", ...Array.from(prefixes[scheme], (prefix) => `${prefix}-TYPE`)];
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

/** Whether a tag has a prefix of any scheme. */
export function hasTagPrefix(tag: string): boolean {
  return tag.length > 2 && tag[1] === "-" && "BIESLU".includes(tag[0]!);
}

/** The meaning of a tag. */
export interface Tag {
  /** The label without its prefix. */
  readonly type: string;
  /** Whether an entity must begin here: B-, S-, U-. */
  readonly begins: boolean;
  /** Whether the entity must end here: E-, S-, L-, U-. */
  readonly ends: boolean;
}

/** Parses a tag of any scheme. Without a prefix, as "O" or a bare type, the tag is the type, and neither begins nor ends. */
export function tagOf(tag: string): Tag {
  if (!hasTagPrefix(tag)) return bareTag(tag);
  return { type: tag.slice(2), begins: "BSU".includes(tag[0]!), ends: "ESLU".includes(tag[0]!) };
}

/** A tag of the scheme "bare", where even "B-X" is a type. */
export function bareTag(tag: string): Tag {
  return { type: tag, begins: false, ends: false };
}

/**
 * Whether a word continues the entity of the previous word: both have the same type, that entity has not ended, and no new
 * one begins. Sequences that are invalid in every scheme are accepted, as in seqeval's default mode.
 */
export function continuesTag(before: Tag | undefined, { type, begins }: Tag): boolean {
  return before !== undefined && !before.ends && !begins && before.type === type;
}
