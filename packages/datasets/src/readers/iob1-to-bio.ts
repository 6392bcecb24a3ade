import { checkTexts } from "@bertkit/checks";

/** IOB1 tags as BIO (IOB2): the first word of every entity gets B-. BIO tags are not changed. */
export function iob1ToBio(tags: readonly string[]): string[] {
  checkTexts("iob1ToBio", "tags", tags);
  return tags.map((tag, i) => {
    if (!tag.startsWith("I-")) return tag;
    const before = tags[i - 1] ?? "O";
    return before.slice(2) === tag.slice(2) ? tag : `B-${tag.slice(2)}`;
  });
}
