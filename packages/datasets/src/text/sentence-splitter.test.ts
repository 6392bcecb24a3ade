import { expect, it } from "vitest";
import { sentenceSplitter } from "./sentence-splitter.ts";
import { splitSentences } from "./split-sentences.ts";

// Each sentence on a line of its own; joined with spaces, the splitter must find them again.
it.each([
  ["de", "Das kostet z. B. drei Euro.\nWer weiß das schon?\nNiemand."],
  ["fr", "Il est venu, p. ex. hier.\n« Où va-t-il ? » demanda-t-elle.\nPersonne ne sait."],
  ["ru", "Это так, т. е. верно.\nКто это?\nНикто не знает."],
  ["es", "¿Quién sabe?\n¡Nadie lo sabe!\nEs así."],
  ["el", "Ποιος ξέρει;\nΚανείς δεν ξέρει."],
  ["hi", "यह एक वाक्य है।\nयह दूसरा है।"],
  ["ar", "من يعرف؟\nلا أحد يعرف."],
])("splits %s", (language, text) => {
  expect(sentenceSplitter(language)(text.replaceAll("\n", " "))).toEqual(text.split("\n"));
});

it("splits sentences without a space between them, and at blank lines", () => {
  expect(sentenceSplitter("ja")("これは文です。次の文です！本当？")).toEqual([
    "これは文です。",
    "次の文です！",
    "本当？",
  ]);
  expect(sentenceSplitter("zh")("他来了。她走了。")).toEqual(["他来了。", "她走了。"]);
  expect(sentenceSplitter("de")("Kein\nEnde\n\nhier")).toEqual(["Kein Ende", "hier"]);
});

it("is the English splitter for English, and rejects an invalid language", () => {
  expect(sentenceSplitter("en-GB")).toBe(splitSentences);
  expect(() => sentenceSplitter("not a language")).toThrow(/is not a language. Pass a tag/);
});
