import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";

/** BERT's own vocabularies, in the shared data folder. */
export const vocabularyNames: readonly string[] = [
  "bert-base-uncased",
  "bert-base-cased",
  "bert-base-chinese",
  "bert-base-multilingual-cased",
];

/** The lines of each file of text in the shared data folder. */
export function* sharedLines(): Generator<string[]> {
  for (const folder of ["corpora", "glue", "ner", "qa", "multi-label", "multiple-choice"])
    for (const file of filesUnder(join(sharedData!, folder))) yield readFileSync(file, "utf8").split("\n");
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}
