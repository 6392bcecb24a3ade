import { bareTag, continuesTag, tagOf, type TagScheme } from "@bertkit/checks";
import { iob1ToBio } from "./iob1-to-bio.ts";

/** Converts the tags of a scheme to BIO. BIO tags are not changed, even if an entity starts with I-. */
export function toBio(tags: readonly string[], scheme: TagScheme): string[] {
  if (scheme === "bio") return [...tags];
  if (scheme === "iob1") return iob1ToBio(tags);
  const parsed = tags.map((tag) => (scheme === "bare" ? bareTag(tag) : tagOf(tag)));
  return parsed.map((tag, i) => {
    if (tags[i] === "O") return "O";
    return `${continuesTag(parsed[i - 1], tag) ? "I" : "B"}-${tag.type}`;
  });
}
