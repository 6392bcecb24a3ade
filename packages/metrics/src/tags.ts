import { checkObject, checkText, checkTexts } from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

/**
 * How tags mark where entities begin and end. "bio": B- on the first word of each entity, I- on the others. "iob1": B- only
 * where an entity follows another of its type. "bioes" and "bilou" also mark the last word (E- or L-), and entities of one
 * word (S- or U-). "bare": a word has its type alone.
 */
export type TagScheme = "bio" | "iob1" | "bioes" | "bilou" | "bare";

const prefixes: Readonly<Record<TagScheme, string>> = { bio: "BI", iob1: "BI", bioes: "BIES", bilou: "BILU", bare: "" };

/** All schemes. */
export const tagSchemes: readonly TagScheme[] = ["bio", "iob1", "bioes", "bilou", "bare"];

/** What a tag says of its word. */
export interface Tag {
  /** The label without its prefix. */
  readonly type: string;
  /** Whether an entity must begin here: B-, S-, U-. */
  readonly begins: boolean;
  /** Whether the entity must end here: E-, S-, L-, U-. */
  readonly ends: boolean;
}

/** A tag of any scheme. One without a prefix, such as "O" or a bare type, is its own type, and neither begins nor ends. */
export function parseTag(tag: string): Tag {
  checkText("parseTag", "tag", tag);
  if (!hasPrefix(tag)) return { type: tag, begins: false, ends: false };
  return { type: tag.slice(2), begins: "BSU".includes(tag[0]!), ends: "ESLU".includes(tag[0]!) };
}

/**
 * Whether a word belongs to the entity of the word before it: of the same type, where neither that one ends nor this one
 * begins an entity. Sequences that no scheme allows are read too, as seqeval does in its default mode.
 */
export function continuesEntity(before: Tag | undefined, tag: Tag): boolean {
  if (before !== undefined) checkObject("continuesEntity", "before", before, "what parseTag gives");
  checkObject("continuesEntity", "tag", tag, "what parseTag gives");
  const { type, begins } = tag;
  return before !== undefined && !before.ends && !begins && before.type === type;
}

/**
 * The scheme of a classifier's labels: "bare" without any prefix, "bio" for B- and I-, "iob1" for I- alone, "bioes", or
 * "bilou"; undefined if there is no "O", or prefixes are mixed with others.
 */
export function tagSchemeOf(labels: readonly string[]): TagScheme | undefined {
  checkTexts("tagSchemeOf", "labels", labels);
  if (!labels.includes("O")) return undefined;
  const others = labels.filter((label) => label !== "O");
  if (!others.some(hasPrefix)) return "bare";
  if (others.length > 0 && others.every((label) => label.startsWith("I-"))) return "iob1";
  return (["bio", "bioes", "bilou"] as const).find((scheme) => others.every((label) => isTag(label, scheme)));
}

/** Whether a tag is one of a scheme: "O", or a type with one of its prefixes; in "bare" any but "". */
export function isTag(tag: string, scheme: TagScheme): boolean {
  if (scheme === "bare") return tag !== "";
  return tag === "O" || (hasPrefix(tag) && prefixes[scheme].includes(tag[0]!));
}

/** @throws MetricError for a tag that is not of the scheme */
export function checkTags(where: string, tags: readonly string[], scheme: TagScheme): void {
  for (const [i, tag] of tags.entries()) {
    if (isTag(tag, scheme)) continue;
    const known = ["O", ...Array.from(prefixes[scheme], (prefix) => `${prefix}-TYPE`)];
    const expected = scheme === "bare" ? "not empty" : `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    throw new MetricError(
      `${where}: tags must be ${expected}, got ${JSON.stringify(tag)} at ${i}. Pass { scheme } with the scheme of the tags, one of ${tagSchemes.join(", ")}, and names for class numbers.`,
    );
  }
}

function hasPrefix(tag: string): boolean {
  return tag.length > 2 && tag[1] === "-" && "BIESLU".includes(tag[0]!);
}
