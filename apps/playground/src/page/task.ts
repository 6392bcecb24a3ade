import type { Pretrained } from "bertkit";

/** A task for a text: the texts of its panel, and how it runs a model. */
export interface Task {
  readonly id: "fill-mask" | "classification";
  readonly title: string;
  readonly hint: string;
  /** The initial model folder, relative to the page. */
  readonly folder: string;
  /** The initial text. */
  readonly text: string;
  readonly action: string;
  /** A function from a text to answers. Throws if the model lacks the head. */
  prepare(model: Pretrained): (text: string) => Promise<readonly Answer[]>;
  /** The logits of the answers. */
  logits(model: Pretrained, text: string): Promise<number[][]>;
}

/** A list of candidates, best first; one list per mask, or one for the text. */
export interface Answer {
  readonly heading: string;
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly name: string;
  /** A probability, or in regression the number itself. */
  readonly score: number;
}
