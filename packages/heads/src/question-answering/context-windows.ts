/** A window over the tokens of a context. */
export interface ContextWindow {
  /** First token. */
  readonly start: number;
  /** One past the last token. */
  readonly end: number;
  /** One entry a token: 1 where no other window has more of the context around it. */
  readonly maximumContext: Uint8Array;
}

/**
 * Windows of at most `room` tokens, each starting `stride` after the one before, until one reaches the end; none over no
 * tokens. Source: google-research/bert, run_squad.py, `convert_examples_to_features` and `_check_is_max_context`.
 */
export function contextWindows(tokens: number, room: number, stride: number): ContextWindow[] {
  const windows: ContextWindow[] = [];
  for (let start = 0; start < tokens; start += Math.min(room, stride)) {
    const end = Math.min(start + room, tokens);
    windows.push({ start, end, maximumContext: new Uint8Array(end - start) });
    if (end === tokens) break;
  }
  let first = 0; // of the windows that a token is in, which follow each other
  for (let token = 0; token < tokens; token++) {
    while (windows[first]!.end <= token) first++;
    let best = windows[first]!;
    for (let i = first + 1; i < windows.length && windows[i]!.start <= token; i++)
      if (contextOf(token, windows[i]!) > contextOf(token, best)) best = windows[i]!;
    best.maximumContext[token - best.start] = 1;
  }
  return windows;
}

/** The lesser of what a token has left and right of it, and a little for a longer window; the first of equals wins. */
function contextOf(token: number, { start, end }: ContextWindow): number {
  return Math.min(token - start, end - 1 - token) + 0.01 * (end - start);
}
