import { DECOMPOSING } from "../unicode/character-data.ts";
import { AlignedCharacters } from "./aligned-characters.ts";

/**
 * NFD that keeps track of places. Only the characters flagged DECOMPOSING go through the runtime's `normalize`:
 * for these no Unicode version differs, and every other character is one that NFD neither changes nor moves.
 *
 * Where marks change places, each takes the place in the original of the mark that stood there, as the Rust library does.
 */
export function decompose(input: AlignedCharacters, flags: Uint8Array): AlignedCharacters {
  const output = new AlignedCharacters();
  const { points, starts, ends } = input;
  for (let i = 0; i < points.length;) {
    if (!(flags[points[i]!]! & DECOMPOSING)) {
      output.push(points[i]!, starts[i]!, ends[i]!);
      i++;
      continue;
    }
    let end = i + 1;
    while (end < points.length && flags[points[end]!]! & DECOMPOSING) end++;
    decomposeSequence(input, i, end, output);
    i = end;
  }
  return output;
}

function decomposeSequence(input: AlignedCharacters, from: number, to: number, output: AlignedCharacters): void {
  // By code point: whether each of its occurrences, in order, is the first part of its character. The ordering is
  // stable, so occurrences of one code point never pass each other.
  const firsts = new Map<number, { flags: boolean[]; next: number }>();
  let text = "";
  for (let i = from; i < to; i++) {
    const character = String.fromCodePoint(input.points[i]!);
    text += character;
    let first = true;
    for (const part of character.normalize("NFD")) {
      const point = part.codePointAt(0)!;
      const known = firsts.get(point);
      if (known) known.flags.push(first);
      else firsts.set(point, { flags: [first], next: 0 });
      first = false;
    }
  }
  let place = from - 1;
  for (const part of text.normalize("NFD")) {
    const point = part.codePointAt(0)!;
    const known = firsts.get(point)!;
    if (known.flags[known.next++]) place++;
    const source = Math.max(place, from);
    output.push(point, input.starts[source]!, input.ends[source]!);
  }
}
