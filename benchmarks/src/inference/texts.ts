import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";

/** A set of texts or pairs, and its longest text in tokens. */
export interface TextSet {
  readonly name: string;
  readonly texts: readonly (string | readonly [string, string])[];
  readonly maxLength: number;
}

/** The sets by their names on the command line. */
export const textSets: Readonly<Record<string, () => TextSet>> = {
  sst2: () => ({ name: "SST-2 dev", texts: rows("glue/SST-2/dev.tsv", 1).map(([text]) => text!), maxLength: 512 }),
  goemotions: () => ({
    name: "GoEmotions dev, first 872",
    texts: rows("multi-label/goemotions/dev.tsv", 0)
      .slice(0, 872)
      .map(([text]) => text!),
    maxLength: 512,
  }),
  xquad: () => ({ name: "XQuAD paragraphs", texts: paragraphs(), maxLength: 256 }),
  mrpc: () => ({
    name: "MRPC dev pairs",
    texts: rows("glue/MRPC/dev.tsv", 1).map((fields) => [fields[3]!, fields[4]!] as const),
    maxLength: 512,
  }),
};

function rows(file: string, header: number): string[][] {
  const lines = readFileSync(join(folder(), file), "utf8").trim().split("\n").slice(header);
  return lines.map((line) => line.replace(/\r$/, "").split("\t"));
}

function paragraphs(): string[] {
  const { data } = JSON.parse(readFileSync(join(folder(), "qa/xquad.en.json"), "utf8")) as {
    data: { paragraphs: { context: string }[] }[];
  };
  return data.flatMap(({ paragraphs }) => paragraphs.map(({ context }) => context));
}

function folder(): string {
  if (!sharedData) throw new Error("inference: needs the shared data; set BERTKIT_DATA to its folder.");
  return sharedData;
}
