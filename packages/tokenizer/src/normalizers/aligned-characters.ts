import type { NormalizedText } from "./normalizer.ts";

/** Pushes the code points that replace one: none, itself or others. */
export type Become = (point: number, push: (point: number) => void, index: number) => void;

/** Code points during normalization, each with its [start, end) in the original text. */
export class AlignedCharacters {
  readonly points: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  /** The code points of a text. Rust and TensorFlow read UTF-8, where a lone surrogate is U+FFFD; Python keeps it. */
  static of(text: string, replaceSurrogates: boolean): AlignedCharacters {
    const characters = new AlignedCharacters();
    for (let start = 0, end = 0; start < text.length; start = end) {
      const point = text.codePointAt(start)!;
      end = start + (point > 0xffff ? 2 : 1);
      characters.push(replaceSurrogates && point >> 11 === 0x1b ? 0xfffd : point, start, end);
    }
    return characters;
  }

  push(point: number, start: number, end: number): void {
    this.points.push(point);
    this.starts.push(start);
    this.ends.push(end);
  }

  /** Replaces each character. */
  map(become: Become): AlignedCharacters {
    const output = new AlignedCharacters();
    const { points, starts, ends } = this;
    let at = 0;
    const push = (point: number): void => output.push(point, starts[at]!, ends[at]!);
    for (; at < points.length; at++) become(points[at]!, push, at);
    return output;
  }

  toText(): NormalizedText {
    const starts: number[] = [];
    const ends: number[] = [];
    let text = "";
    for (let i = 0; i < this.points.length; i++) {
      text += String.fromCodePoint(this.points[i]!);
      while (starts.length < text.length) {
        starts.push(this.starts[i]!);
        ends.push(this.ends[i]!);
      }
    }
    return { text, starts, ends };
  }
}
