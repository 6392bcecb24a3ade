/** A text and the index of its label. */
export interface TextExample {
  readonly text: string;
  readonly label: number;
}
