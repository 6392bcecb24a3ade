import { createReadStream, readFileSync } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { goEmotionsLabels, readGoEmotions } from "./read-go-emotions.ts";

describe("readGoEmotions", () => {
  it("reads several labels per example", async () => {
    const [example] = await collect(readGoEmotions('You "know"!\t4,27\tee84bjg\n'));
    expect(example!.text).toBe('You "know"!');
    expect(example!.labels.flatMap((on, i) => (on ? [goEmotionsLabels[i]] : []))).toEqual(["approval", "neutral"]);
  });

  it("names the position of invalid label indices", async () => {
    for (const bad of ["28", "", "4,", "joy", "1.5"]) {
      await expect(collect(readGoEmotions(`fine\t1\ta\nx\t${bad}\tb\n`, { file: "dev.tsv" }))).rejects.toThrow(
        `dev.tsv, line 2, column "labels": expected label indices from 0 to 27 separated by commas, got "${bad}".`,
      );
    }
  });

  it.skipIf(!sharedData)("reads the real files, whose label names equal goEmotionsLabels", async () => {
    const folder = `${sharedData}/multi-label/goemotions`;
    expect(readFileSync(`${folder}/labels.txt`, "utf8").trim().split(/\s+/)).toEqual(goEmotionsLabels);
    const counts = [];
    for (const split of ["train", "dev", "test"])
      counts.push((await collect(readGoEmotions(createReadStream(`${folder}/${split}.tsv`)))).length);
    expect(counts).toEqual([43_410, 5_426, 5_427]);
  });
});
