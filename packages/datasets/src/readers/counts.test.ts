import { sharedData } from "@bertkit/testing";
import { expect, it } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { readConll } from "./read-conll.ts";
import { readDocuments } from "./read-documents.ts";
import { readGlue } from "./read-glue.ts";
import { readGoEmotions } from "./read-go-emotions.ts";
import { readJigsaw } from "./read-jigsaw.ts";
import { readSquad } from "./read-squad.ts";
import { readSwag } from "./read-swag.ts";
import { readWikitext } from "./read-wikitext.ts";

const conll = (scheme: "bio" | "iob1") => (path: string) => readConll(path, { scheme });
const glue = (path: string): Dataset<unknown> => readGlue(path.split("/").at(-2) as "SST-2", path);

/** The reader of each file, and the number of records in the README of the data. */
const counts: readonly [read: (path: string) => Dataset<unknown>, counts: Readonly<Record<string, number>>][] = [
  [
    glue,
    {
      "glue/SST-2/train.tsv": 67_349,
      "glue/SST-2/dev.tsv": 872,
      "glue/CoLA/train.tsv": 8551,
      "glue/CoLA/dev.tsv": 1043,
      "glue/MRPC/train.tsv": 3668,
      "glue/MRPC/dev.tsv": 408,
      "glue/STS-B/train.tsv": 5749,
      "glue/STS-B/dev.tsv": 1500,
      "glue/RTE/train.tsv": 2490,
      "glue/RTE/dev.tsv": 277,
      "glue/WNLI/train.tsv": 635,
      "glue/WNLI/dev.tsv": 71,
      "glue/QNLI/dev.tsv": 5463,
    },
  ],
  [
    conll("bio"),
    {
      "ner/wnut17/wnut17train.conll": 3394,
      "ner/wnut17/emerging.dev.conll": 1009,
      "ner/wnut17/emerging.test.annotated": 1287,
      "ner/conll2003/train.txt": 14_041,
      "ner/conll2003/valid.txt": 3250,
    },
  ],
  [conll("iob1"), { "ner/conll2003-iob1/eng.testa": 3250 }],
  [readSquad, { "qa/xquad.en.json": 1190, "qa/squad-v2-sample.json": 14 }],
  [
    readGoEmotions,
    {
      "multi-label/goemotions/train.tsv": 43_410,
      "multi-label/goemotions/dev.tsv": 5426,
      "multi-label/goemotions/test.tsv": 5427,
    },
  ],
  [readJigsaw, { "multi-label/jigsaw-567.csv": 567 }],
  [readSwag, { "multiple-choice/swag-sample.csv": 11, "multiple-choice/swag-sample.jsonl": 10 }],
  // 62 lines look like titles; two of them continue a formula.
  [readWikitext, { "corpora/wikitext-2-raw.test.txt": 60 }],
  [readDocuments, { "corpora/sample_text.txt": 3 }],
];

it.skipIf(!sharedData)("each reader finds the records that the data's README counts", async () => {
  const found: Record<string, number> = {};
  for (const [read, files] of counts)
    for (const file of Object.keys(files)) {
      let count = 0;
      for await (const _ of read(`${sharedData}/${file}`)) count++;
      found[file] = count;
    }
  expect(found).toEqual(Object.assign({}, ...counts.map(([, files]) => files)));
});
