/** A context, a question or the start of a sentence, and choices that may follow. */
export interface MultipleChoiceExample {
  readonly id: string | undefined;
  readonly context: string;
  /** The question; in SWAG the start of the endings, in RACE with "_" where an option goes in. */
  readonly question: string;
  readonly choices: string[];
  /** Which choice is right, from 0; undefined in test files. */
  readonly label: number | undefined;
}
