/**
 * The layout of documents in a text file. "sentences": one sentence per line and a blank line between documents, as in
 * google-research/bert; "lines": one document per line; "prose": blank lines end paragraphs, and a file is one
 * document, or if it is long several, split between paragraphs.
 */
export type CorpusLayout = "sentences" | "lines" | "prose";

export const corpusLayouts: readonly CorpusLayout[] = ["sentences", "lines", "prose"];
