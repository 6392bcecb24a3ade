import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTagged } from "./tagged-data.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-tags-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function tagsOf(tags: readonly unknown[], labels: readonly string[]): Promise<readonly string[] | undefined> {
  const file = join(directory, "tags.jsonl");
  await writeFile(file, JSON.stringify({ tokens: tags.map(() => "word"), tags }));
  const [sentence] = await readTagged(file, { labels }, { labeled: true });
  return sentence!.tags;
}

it("takes a tag's number as an index of --labels, but an empty tag as an error", async () => {
  const labels = ["O", "B-PER", "I-PER"];
  expect(await tagsOf([1, "2", "O"], labels)).toEqual(["B-PER", "I-PER", "O"]);
  await expect(tagsOf([1, " "], labels)).rejects.toThrow("word 2 has an empty tag. Give it a tag, such as O.");
  await expect(tagsOf([3], labels)).rejects.toThrow("tags are numbers.");
});
