import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entities, entityF1 } from "./entity-f1.ts";
import type { TagScheme } from "./tags.ts";

describe("entities", () => {
  it("reads BIO as conlleval does", () => {
    expect(entities(["B-PER", "I-PER", "B-PER", "O", "I-LOC", "I-ORG", "I-ORG", "B-ORG"])).toEqual([
      { type: "PER", start: 0, end: 2 },
      { type: "PER", start: 2, end: 3 },
      { type: "LOC", start: 4, end: 5 },
      { type: "ORG", start: 5, end: 7 },
      { type: "ORG", start: 7, end: 8 },
    ]);
    expect(() => entities(["PER"])).toThrow('entities: tags must be O, B-TYPE or I-TYPE, got "PER" at 0.');
  });
});

describe("entityF1", () => {
  it("agrees with seqeval's example", () => {
    const labels = [
      ["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"],
      ["B-PER", "I-PER", "O"],
    ];
    const predictions = [
      ["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"],
      ["B-PER", "I-PER", "O"],
    ];
    expect(entityF1(predictions, labels)).toEqual({
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
      byType: [
        { type: "MISC", support: 1, precision: 0, recall: 0, f1: 0 },
        { type: "PER", support: 1, precision: 1, recall: 1, f1: 1 },
      ],
    });
  });

  it("reads every scheme", () => {
    const score = (scheme: TagScheme, predicted: string, tags: string): number =>
      entityF1([predicted.split(" ")], [tags.split(" ")], { scheme }).f1;
    expect(score("bioes", "S-PER B-LOC E-LOC", "S-PER B-LOC E-LOC")).toBe(1);
    expect(score("bilou", "U-PER B-LOC I-LOC", "U-PER B-LOC L-LOC")).toBe(1);
    expect(score("iob1", "I-PER I-PER", "I-PER B-PER")).toBe(0);
    expect(score("bare", "PER PER O LOC", "PER PER O PER")).toBe(0.5);
    expect(() => score("bilou", "E-PER", "L-PER")).toThrow(
      'tags must be O, B-TYPE, I-TYPE, L-TYPE or U-TYPE, got "E-PER" at 0. Pass { scheme }',
    );
  });

  it("requires the type, both ends and the sentence to match", () => {
    expect(
      entityF1(
        [
          ["B-A", "O"],
          ["O", "O"],
        ],
        [
          ["O", "O"],
          ["B-A", "O"],
        ],
      ).f1,
    ).toBe(0);
    expect(entityF1([["B-A", "I-A"]], [["B-B", "I-B"]]).f1).toBe(0);
    expect(entityF1([["B-A", "B-A"]], [["B-A", "I-A"]]).f1).toBe(0);
    const tags = fc.array(fc.array(fc.constantFrom("O", "B-A", "I-A", "B-B", "I-B"), { minLength: 1 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(tags, (labels) => {
        expect(entityF1(labels, labels).f1).toBe(labels.flatMap((tags) => entities(tags)).length > 0 ? 1 : 0);
      }),
    );
  });

  it("rejects sentences that differ in length", () => {
    expect(() => entityF1([["O"]], [["O", "O"]])).toThrow(
      "entityF1: sentence 0 must have as many predicted tags as labels, got 1 and 2.",
    );
    expect(() => entityF1([], [["O"]])).toThrow("equally long, got 0 and 1");
  });
});
