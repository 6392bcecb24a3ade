/** `count` items, each made from its index. */
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** A number of megabytes, in bytes. */
export const megabytes = (count: number): number => count * 1_000_000;
