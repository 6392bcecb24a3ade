import type { AddedToken } from "./added-token.ts";

/** Finds added tokens in text: the leftmost first, and of those the longest. */
export class AddedTokenMatcher {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp;
  /** What every content starts with, where they all start alike. */
  readonly #start: string;

  /** `spelled` gives what stands in the text for a token's content. */
  constructor(tokens: readonly AddedToken[], spelled: (content: string) => string) {
    // Of those that are spelled alike the first given is found; in the Rust library chance decides.
    this.#tokens = new Map(tokens.toReversed().map((token) => [spelled(token.content), token]));
    const longestFirst = [...this.#tokens.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
    const start = longestFirst[0]?.[0] ?? "";
    this.#start = longestFirst.every((content) => content.startsWith(start)) ? start : "";
    this.#pattern = new RegExp(
      longestFirst.map((content) => content.replace(/[!-/:-@[-^{-~]/g, "\\$&")).join("|") || "(?!)",
      "g",
    );
  }

  /** False only where the text holds none; quicker than looking for them. */
  mayOccurIn(text: string): boolean {
    return text.includes(this.#start);
  }

  /** Visits the whole text in order: added tokens, and what is between, never empty. */
  split(
    text: string,
    visitText: (start: number, end: number) => void,
    visitToken: (id: number, start: number, end: number) => void,
  ): void {
    const pattern = this.#pattern;
    let done = 0;
    let stripped = { from: 0, to: 0 }; // the white space that was taken last: each run is walked once
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const token = this.#tokens.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (
        token.singleWord &&
        (endsWithWord.test(text.slice(Math.max(0, start - 2), start)) || startsWithWord.test(text.slice(end, end + 2)))
      )
        continue;
      if (token.leftStrip) {
        while (start > done && whiteSpace.test(text[start - 1]!)) start--;
        start = Math.max(start, done);
      }
      if (token.rightStrip) {
        if (end < stripped.from || end > stripped.to) stripped = { from: end, to: whiteSpaceEnd(text, end) };
        end = stripped.to;
      }
      if (done < start) visitText(done, start);
      // Nothing is left of white space that the token before took; without leftStrip it is matched again, as in Rust.
      if (start < end) visitToken(token.id, start, end);
      done = end;
    }
    if (done < text.length) visitText(done, text.length);
  }
}

function whiteSpaceEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && whiteSpace.test(text[end]!)) end++;
  return end;
}

const endsWithWord = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const startsWithWord = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const whiteSpace = /\p{White_Space}/u;
