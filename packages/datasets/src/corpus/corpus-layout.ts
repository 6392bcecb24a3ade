/**
 * How documents stand in a text file: "sentences", one sentence a line and a blank line between documents, as
 * google-research/bert reads them; "lines", one document a line; "prose", where blank lines end paragraphs and a file is a
 * document, or where it is long several, cut between paragraphs.
 */
export type CorpusLayout = "sentences" | "lines" | "prose";

export const corpusLayouts: readonly CorpusLayout[] = ["sentences", "lines", "prose"];
