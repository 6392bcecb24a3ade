export interface Call {
  readonly call: (options: never) => unknown;
  /** The options without which it cannot be called; a new object for each call. */
  readonly required?: () => object;
  /** Set if it is only called with invalid options: says what valid ones would do that a test must not. */
  readonly invalidOnly?: string;
}

export type Calls = Readonly<Record<string, Call>>;
