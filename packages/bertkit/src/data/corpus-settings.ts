import type { CorpusFormat, CorpusLayout } from "@bertkit/datasets";

/** How a corpus is read, as plain JSON. */
export interface CorpusSettings {
  readonly layout?: CorpusLayout;
  readonly field?: string;
  readonly language?: string;
  readonly format?: CorpusFormat;
  readonly split?: string;
  readonly encoding?: string;
}
