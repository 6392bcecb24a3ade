import { readConll } from "@bertkit/datasets";
import { decodeEntities, type TagScheme } from "@bertkit/metrics";
import { Rng } from "@bertkit/nn";
import { expect, it } from "vitest";

// The reader converts every scheme to BIO; the metric reads each scheme.
it.each(["bio", "iob1", "bioes", "bilou", "bare"] as const)(
  "reader and metric agree on random %s tags",
  async (scheme) => {
    const rng = new Rng(7);
    const prefixes = { bio: "BI", iob1: "BI", bioes: "BIES", bilou: "BILU", bare: "" }[scheme satisfies TagScheme];
    const tags = ["O", ...["A", "B"].flatMap((type) => (prefixes ? [...prefixes].map((p) => `${p}-${type}`) : [type]))];
    const sentences = Array.from({ length: 200 }, () =>
      Array.from({ length: 8 }, () => tags[rng.integer(0, tags.length - 1)]!),
    );
    const text = sentences.map((sentence) => sentence.map((tag) => `w ${tag}\n`).join("")).join("\n");
    const read = await readConll(new Blob([text]), { scheme }).toArray();
    expect(read.map(({ tags: bio }) => decodeEntities(bio!, { scheme: "bio" }))).toEqual(
      sentences.map((sentence) => decodeEntities(sentence, { scheme })),
    );
  },
);
