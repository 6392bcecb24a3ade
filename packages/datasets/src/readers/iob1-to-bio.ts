import { checkTexts, continuesTag, tagOf } from "@bertkit/checks";

/** IOB1 tags as BIO (IOB2): the first word of every entity gets B-. BIO tags are not changed. */
export function iob1ToBio(tags: readonly string[]): string[] {
  checkTexts("iob1ToBio", "tags", tags);
  const parsed = tags.map((tag) => tagOf(tag));
  return tags.map((tag, i) => {
    if (!tag.startsWith("I-") || continuesTag(parsed[i - 1], parsed[i]!)) return tag;
    return `B-${tag.slice(2)}`;
  });
}
