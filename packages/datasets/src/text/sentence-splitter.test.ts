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
  // Short last words.
  ["de", "Der Zug kommt um acht an.\nEr rief an.\nDas war es.\nMach das Fenster zu.\nEs ist niemand da.\nWir gehen."],
  ["de-AT", "Er sitzt am PC.\nEs sind 5 km.\nDas Paket wiegt 5 g.\nJa."],
  ["fr", "Cela dépend de toi.\nQui est là.\nC'est lui.\nIl l'a.\nNous aussi."],
  ["it", "Dimmi di sì.\nNon lo so.\nVieni con me.\nSei tu.\nChi è.\nCiao."],
  ["pt", "Não sei se ele já foi.\nEla está só.\nEu vi.\nSei quem é.\nFoi bom."],
  ["ru", "Это он.\nЯ видел её.\nЭто сделал я.\nЯ дал это им.\nМы там были."],
  ["sv", "Jag vet.\nHan gick ut.\nVi är på väg nu.\nDet är jag.\nVem är med i.\nHej då.\nVi ses."],
  ["he", "הוא לא בא.\nכן."],
  // Abbreviations before a capital or a number.
  [
    "de",
    "Frau Dr. Müller wohnt bzw. Herr A. B. Klein in Nr. 5.\nDas gilt z.B. Sonntag und u. a. Montag.\nEs kostet 5 Mio. Euro.",
  ],
  ["fr", "Mme. Durand et M. Dupont, p. ex. Paul, sont là.\nBien."],
  ["es", "El Sr. García y la Dra. Ruiz viven en la Av. Mayor.\nEs así."],
  ["it", "Il sig. Rossi parla con il dott. Verdi.\nSì."],
  ["pt", "O Sr. Silva vive na Av. Central, p. ex. Lisboa.\nSim."],
  ["nl", "Dhr. Jansen en mevr. De Vries wonen op nr. 5.\nJa."],
  ["sv", "Bl. a. Karin och dr. Ek bor på nr. 5, t. ex. Stockholm.\nJa."],
  ["ru", "А. С. Пушкин жил на ул. Ленина, см. Рис. два.\nДа."],
  ["pl", "Na ul. Długiej mieszka prof. Nowak, np. Jan.\nTak."],
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
