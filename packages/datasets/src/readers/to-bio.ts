import { DatasetError } from "../dataset-error.ts";
import { iob1ToBio } from "./iob1-to-bio.ts";

/** Tagging schemes for the start and end of entities. */
export type TagScheme = "bio" | "iob1" | "bioes" | "bilou" | "bare";

const prefixes: Readonly<Record<TagScheme, string>> = { bio: "BI", iob1: "BI", bioes: "BIES", bilou: "BILU", bare: "" };

/** Whether a tag is valid in a scheme: "O", or a type with a prefix; in "bare", anything. */
export function isTag(tag: string, scheme: TagScheme): boolean {
  if (scheme === "bare") return tag !== "";
  return tag === "O" || (tag.length > 2 && tag[1] === "-" && prefixesOf(scheme).includes(tag[0]!));
}

/** The tags of a scheme, for a message. */
export function expectedTags(scheme: TagScheme): string {
  if (scheme === "bare") return "a tag";
  const all = [...prefixesOf(scheme)].map((prefix) => `${prefix}-TYPE`);
  return `O, ${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

/** Converts a scheme's tags to BIO. Throws on an unknown scheme. */
export function toBio(tags: readonly string[], scheme: TagScheme): string[] {
  prefixesOf(scheme);
  if (scheme === "bio") return [...tags];
  if (scheme === "iob1") return iob1ToBio(tags);
  if (scheme === "bare") return tags.map((tag, i) => (tag === "O" ? tag : `${tags[i - 1] === tag ? "I" : "B"}-${tag}`));
  return tags.map((tag, i) => {
    if (tag === "O") return tag;
    const before = tags[i - 1] ?? "O";
    const continues = /^[IEL]/.test(tag) && !/^[OESLU]/.test(before) && before.slice(2) === tag.slice(2);
    return `${continues ? "I" : "B"}-${tag.slice(2)}`;
  });
}

function prefixesOf(scheme: TagScheme): string {
  const found = prefixes[scheme];
  if (found !== undefined) return found;
  throw new DatasetError(
    "readConll",
    `scheme must be one of ${Object.keys(prefixes).join(", ")}, got ${JSON.stringify(scheme)}. Choose the file's scheme.`,
  );
}
