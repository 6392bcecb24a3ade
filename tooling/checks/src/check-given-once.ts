/** A token of Node's `parseArgs`. */
interface Token {
  readonly kind: string;
  readonly name?: string;
}

/**
 * Node's `parseArgs` takes the last value of an option that is given twice.
 *
 * @param tokens of `parseArgs` with `tokens: true`
 * @throws Error, for `parseArgsMessage`, if an option is given twice, in any spelling
 */
export function checkGivenOnce(tokens: readonly Token[]): void {
  const names = new Set<string | undefined>();
  for (const { kind, name } of tokens) {
    if (kind !== "option") continue;
    if (names.has(name)) throw new Error(`Option '--${name}' is given more than once; give it once`);
    names.add(name);
  }
}
