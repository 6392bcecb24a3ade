/** A window over the tokens of a context. */
export interface ContextWindow {
  /** Index of the first token. */
  readonly start: number;
  /** Index after the last token. */
  readonly end: number;
  /** One entry per token: 1 if no other window has more context around the token. */
  readonly maximumContext: Uint8Array;
}

/**
 * Windows of at most `space` tokens, each starting `stride` tokens after the previous one, until the end; none without
 * tokens. Source: google-research/bert, run_squad.py, `convert_examples_to_features` and `_check_is_max_context`.
 */
export function contextWindows(tokens: number, space: number, stride: number): ContextWindow[] {
  const windows: ContextWindow[] = [];
  for (let start = 0; start < tokens; start += Math.min(space, stride)) {
    const end = Math.min(start + space, tokens);
    windows.push({ start, end, maximumContext: new Uint8Array(end - start) });
    if (end === tokens) break;
  }
  let first = 0; // first window that contains the token; they are consecutive
  for (let token = 0; token < tokens; token++) {
    while (windows[first]!.end <= token) first++;
    let best = windows[first]!;
    for (let i = first + 1; i < windows.length && windows[i]!.start <= token; i++)
      if (contextOf(token, windows[i]!) > contextOf(token, best)) best = windows[i]!;
    best.maximumContext[token - best.start] = 1;
  }
  return windows;
}

/**
 * The smaller of a token's left and right context, plus a small bonus for longer windows; on a tie, the first window.
 */
function contextOf(token: number, { start, end }: ContextWindow): number {
  return Math.min(token - start, end - 1 - token) + 0.01 * (end - start);
}
