import { createReadStream, existsSync } from "node:fs";
import { sharedData } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { type GlueTaskName, glueTasks } from "./glue-tasks.ts";
import { readGlue } from "./read-glue.ts";

const read = (task: GlueTaskName, text: string): ReturnType<typeof collect> =>
  collect(readGlue(task, text, { file: "x.tsv" }));

describe("readGlue", () => {
  it("reads each shape of file: one sentence, a pair, a score, named labels", async () => {
    expect(await read("SST-2", "sentence\tlabel\ngood \t1\n")).toEqual([
      { id: undefined, text: "good ", pair: undefined, label: 1 },
    ]);
    expect(await read("SST-2", "index\tsentence\n7\tgood\n")).toEqual([
      { id: "7", text: "good", pair: undefined, label: undefined },
    ]);
    expect(
      await read("MRPC", '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t5\t6\tHe said.\t"The pie.\n'),
    ).toEqual([{ id: undefined, text: "He said.", pair: '"The pie.', label: 1 }]);
    expect(await read("STS-B", "index\tsentence1\tsentence2\tscore\n3\ta\tb\t4.750\n")).toEqual([
      { id: "3", text: "a", pair: "b", label: 4.75 },
    ]);
    expect(
      await read("MNLI", "index\tsentence1\tsentence2\tlabel1\tgold_label\n3\ta\tb\tneutral\tentailment\n"),
    ).toEqual([{ id: "3", text: "a", pair: "b", label: 1 }]);
  });

  it("distinguishes CoLA's two formats", async () => {
    expect(await read("CoLA", "gj04\t0\t*\tThem runs.\n")).toEqual([
      { id: undefined, text: "Them runs.", pair: undefined, label: 0 },
    ]);
    expect(await read("CoLA", "index\tsentence\n0\tBill ran.\n")).toEqual([
      { id: "0", text: "Bill ran.", pair: undefined, label: undefined },
    ]);
    await expect(read("CoLA", "gj04\t1\t\tA.\ngj04\t1\tB.\n")).rejects.toThrow(
      "readGlue: x.tsv, line 2: CoLA has 4 fields in a row of this file, got 3.",
    );
  });

  it("reports what is wrong with a label, a file or a task", async () => {
    await expect(read("RTE", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tneutral\n")).rejects.toThrow(
      'x.tsv, line 2, column "label": expected entailment or not_entailment, got "neutral".',
    );
    await expect(read("QQP", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\t1\n")).rejects.toThrow(
      'column "question1": no such column',
    );
    expect(() => readGlue("SST2" as GlueTaskName, "")).toThrow(
      'readGlue: no such task, got "SST2". Choose one of CoLA, SST-2,',
    );
  });

  // Sizes of the shared files; QNLI has no train there, and MNLI and QQP are a few rows each.
  const sizes: { [Name in GlueTaskName]: readonly (number | undefined)[] } = {
    CoLA: [8551, 1043, 1063],
    "SST-2": [67_349, 872, 1821],
    MRPC: [3668, 408, 1725],
    "STS-B": [5749, 1500, undefined],
    QQP: [9, 9, 9],
    MNLI: [6, 5, 5, 5, 5],
    QNLI: [undefined, 5463, 5463],
    RTE: [2490, 277, 3000],
    WNLI: [635, 71, 146],
  };
  for (const [task, expected] of Object.entries(sizes) as [GlueTaskName, readonly (number | undefined)[]][]) {
    it.skipIf(!sharedData)(`reads the real files of ${task}`, async () => {
      const { files, labels, pair } = glueTasks[task];
      const names = [files.train, ...files.dev, ...files.test];
      for (const [i, name] of names.entries()) {
        const path = `${sharedData}/glue/${task}/${name}`;
        expect(existsSync(path)).toBe(expected[i] !== undefined);
        if (expected[i] === undefined) continue;
        const examples = await collect(readGlue(task, createReadStream(path), { file: path }));
        expect(examples).toHaveLength(expected[i]);
        const isTest = files.test.includes(name);
        const wrong = examples.filter(({ text, pair: second, label, id }) => {
          const labeled = isTest
            ? label === undefined && typeof id === "string"
            : label! >= 0 && label! <= (labels?.length ?? 6) - 1;
          return text === "" || (second !== undefined) !== (pair !== undefined) || !labeled;
        });
        expect(wrong).toEqual([]);
      }
    });
  }
});
