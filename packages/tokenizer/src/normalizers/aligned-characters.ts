import type { NormalizedText } from "./normalizer.ts";

/** Code points in the making of a NormalizedText, each with the [start, end) of the original it stands for. */
export class AlignedCharacters {
  readonly points: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  push(point: number, start: number, end: number): void {
    this.points.push(point);
    this.starts.push(start);
    this.ends.push(end);
  }

  get length(): number {
    return this.points.length;
  }

  toText(): NormalizedText {
    const parts: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (let i = 0; i < this.points.length; i++) {
      const point = this.points[i]!;
      parts.push(String.fromCodePoint(point));
      for (let units = point > 0xffff ? 2 : 1; units > 0; units--) {
        starts.push(this.starts[i]!);
        ends.push(this.ends[i]!);
      }
    }
    return { text: parts.join(""), starts, ends };
  }
}
