import { expect, test } from "vitest";
import { TokenizerError } from "../tokenizer-error.ts";
import { serializeVocabulary } from "../files/index.ts";
import { parseVocabulary } from "./parse-vocabulary.ts";
import { Vocabulary } from "./vocabulary.ts";

test("the id of a token is its index", () => {
  const vocabulary = new Vocabulary(["[PAD]", "a", "##b"]);
  expect(vocabulary.size).toBe(3);
  expect(vocabulary.id("##b")).toBe(2);
  expect(vocabulary.id("b")).toBeUndefined();
  expect(vocabulary.token(1)).toBe("a");
  expect(() => vocabulary.token(3)).toThrow("id must be from 0 to 2, got 3");
});

test("reads and writes vocab.txt", () => {
  const text = "[PAD]\n\u2028\n##\u3000\n東\n";
  expect(parseVocabulary(text).tokens).toEqual(["[PAD]", "\u2028", "##\u3000", "東"]);
  expect(serializeVocabulary(parseVocabulary(text))).toBe(text);
  expect(parseVocabulary("").size).toBe(0);
  expect(parseVocabulary("a  \nb\t\r\n \nc d\n e ").tokens).toEqual(["a", "b", " ", "c d", " e"]);
  expect(parseVocabulary("a\r\nb\r").tokens).toEqual(["a", "b"]);
  expect(new Vocabulary(["a\nb", "\r"]).tokens).toEqual(["a\nb", "\r"]);
  expect(parseVocabulary("\ufeff[PAD]\r\na\r\n\r\n").tokens).toEqual(["[PAD]", "a"]);
});

test("names the line of a damaged vocab.txt", () => {
  expect(() => parseVocabulary("a\nb\na\n")).toThrow(/token 2 \(line 3\) is "a", as token 0 \(line 1\)/);
  expect(() => parseVocabulary("a\n\nb\n")).toThrow(/vocab.txt: token 1 \(line 2\) is empty/);
  try {
    parseVocabulary("a\na\n");
  } catch (error) {
    expect(TokenizerError.isInstance(error) && error.code).toBe("vocabulary");
  }
});

test("rejects values that are not a vocabulary", () => {
  expect(() => parseVocabulary(new Uint8Array(2) as never)).toThrow("vocab.txt: it must be a text, got object.");
  expect(() => new Vocabulary("the" as never)).toThrow("Vocabulary: pieces must be an array, such as [text], got the.");
});
