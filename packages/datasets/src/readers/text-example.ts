/** A text and the number of its label. */
export interface TextExample {
  text: string;
  label: number;
}
