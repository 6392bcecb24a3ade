/** A part whose vectors may have a known size. */
interface Sized {
  readonly size?: number | undefined;
}

/**
 * The common `size` of parts; undefined if none has one.
 *
 * @throws RangeError if sizes differ
 */
export function sameSize(where: string, parts: Readonly<Record<string, Sized | undefined>>): number | undefined {
  const known = Object.entries(parts).flatMap(([name, part]) =>
    part?.size === undefined ? [] : [[name, part.size] as const],
  );
  const [first, ...rest] = known;
  if (first !== undefined && rest.some(([, size]) => size !== first[1]))
    throw new RangeError(
      `${where}: parts must have the same size, got ${known.map(([name, size]) => `${name} ${size}`).join(", ")}. Build them with the same size.`,
    );
  return first?.[1];
}
