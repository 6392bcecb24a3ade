/** A text and the index of its label. */
export interface TextExample {
  text: string;
  label: number;
}
