/** The input and output of a command, for example `process`. */
export interface Terminal {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface Output {
  write(text: string | Uint8Array): unknown;
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
}
