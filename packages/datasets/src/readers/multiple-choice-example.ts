/** A context, a question or the start of a sentence, and choices that may follow. */
export interface MultipleChoiceExample {
  id: string | undefined;
  context: string;
  /** The question; in SWAG the start of the endings, in RACE with "_" where an option goes in. */
  question: string;
  choices: string[];
  /** Which choice is right, from 0; undefined in test files. */
  label: number | undefined;
}
