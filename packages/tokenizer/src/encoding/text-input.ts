/** A text, or a pair of texts. */
export type TextInput = string | readonly [text: string, pair: string];
