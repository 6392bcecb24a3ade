import type { Pretrained } from "bertkit";

/** One thing to do with a text: what its panel shows, and what it asks of a model. */
export interface Task {
  readonly id: "fill-mask" | "classification";
  readonly title: string;
  readonly hint: string;
  /** Where its model is looked for at first: an address relative to the page. */
  readonly folder: string;
  /** What the text field holds at first. */
  readonly text: string;
  readonly action: string;
  /** A function from a text to what is shown. Throws where the model lacks the head. */
  prepare(model: Pretrained): (text: string) => Promise<readonly Answer[]>;
  /** The raw scores behind the answers. */
  logits(model: Pretrained, text: string): Promise<number[][]>;
}

/** A list of candidates, best first: one for each mask, or one for the text. */
export interface Answer {
  readonly heading: string;
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly name: string;
  /** A probability, or in regression the number itself. */
  readonly score: number;
}
