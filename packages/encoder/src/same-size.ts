/** A part whose vectors have a known length. */
interface Sized {
  readonly size?: number | undefined;
}

/**
 * The length of the vectors that parts pass to each other, undefined where none of them says it (`size`).
 *
 * @throws if two parts say different ones, in the name of `where`
 */
export function sameSize(where: string, parts: Readonly<Record<string, Sized | undefined>>): number | undefined {
  const known = Object.entries(parts).flatMap(([name, part]) =>
    part?.size === undefined ? [] : [[name, part.size] as const],
  );
  const [first, ...rest] = known;
  if (first !== undefined && rest.some(([, size]) => size !== first[1]))
    throw new Error(
      `${where}: its parts must have vectors of one length, got ${known.map(([name, size]) => `${name} ${size}`).join(", ")}. Build them with the same size.`,
    );
  return first?.[1];
}
