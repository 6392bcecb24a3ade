import { describe, expect, test } from "vitest";
import { rust } from "../__fixtures__/rust-tokenizer.ts";
import { google } from "../dialects/index.ts";
import { BertNormalizer } from "./bert-normalizer.ts";

const options = [
  { cleanText: true, isolateChineseCharacters: true, lowercase: true, stripAccents: true },
  { cleanText: false, isolateChineseCharacters: false, lowercase: true, stripAccents: false },
  { cleanText: false, isolateChineseCharacters: true, lowercase: false, stripAccents: true },
];

describe("BertNormalizer, hf-fast", () => {
  test.each(options)("equals the Rust library for each code point: %o", (option) => {
    const { cleanText, lowercase, stripAccents, isolateChineseCharacters: handleChineseChars } = option;
    const theirs = rust.bertNormalizer({ cleanText, lowercase, stripAccents, handleChineseChars });
    const ours = new BertNormalizer(option);
    const different: string[] = [];
    for (let start = 0; start < 0x110000; start += 256) {
      // Of unassigned and private planes, tests only the first rows.
      if (start >= 0x34000 && (start & 0xffff) > 0x1000) continue;
      let text = "";
      // Each between two marks of other combining classes, so that it is reordered if it can be.
      for (let point = start; point < start + 256; point++) {
        if (point < 0xd800 || point > 0xdfff) text += `|a\u0345${String.fromCodePoint(point)}\u0334`;
      }
      if (ours.normalize(text).text !== theirs.normalizeString(text)) different.push(start.toString(16));
    }
    expect(different).toEqual([]);
  });

  test("strips accents, then lowercases, character by character", () => {
    const normalizer = new BertNormalizer();
    expect(normalizer.normalize("ΟΔΟΣ").text).toBe("οδοσ");
    expect(normalizer.normalize("İ").text).toBe("i");
    expect(new BertNormalizer({ stripAccents: false }).normalize("İ").text).toBe("i\u0307");
  });

  test("tracks the original position of each unit", () => {
    const { text, starts, ends } = new BertNormalizer().normalize("a\u00ad\u00c9\u6771\ud840\udc00");
    expect(text).toBe("ae \u6771  \ud840\udc00 ");
    expect(starts).toEqual([0, 2, 3, 3, 3, 4, 4, 4, 4]);
    expect(ends).toEqual([1, 3, 4, 4, 4, 6, 6, 6, 6]);
  });
});

describe("BertNormalizer, google", () => {
  const normalizer = new BertNormalizer({ dialect: google });

  test("makes a capital sigma final at the end of a token, as str.lower does", () => {
    expect(normalizer.normalize("ΟΔΟΣ ΣΑΣ. Σ Α.Σ Α\u00adΣ\u0301").text).toBe("οδος σας. σ α.ς ας");
  });

  test("keeps private-use characters and lone surrogates, which hf-fast drops", () => {
    expect(normalizer.normalize("x\ue000y\ud800z").text).toBe("x\ue000y\ud800z");
    expect(new BertNormalizer().normalize("x\ue000y\ud800z").text).toBe("xyz");
  });
});
