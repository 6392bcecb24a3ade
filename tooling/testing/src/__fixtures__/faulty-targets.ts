// One target for each limit, which its third case exceeds.
import { fuzzTarget, type FuzzTarget } from "../fuzz-cases.ts";

let made = 0;
const faulty = (name: string, read: () => void): FuzzTarget =>
  fuzzTarget(
    name,
    (dice) => [made++, dice.integer(0, 9)],
    ([number]) => {
      if (number === 2) read();
      else if (number! % 2 === 0) throw new RangeError("rejected");
    },
  );

export const targets: readonly FuzzTarget[] = [
  faulty("hangs", () => {
    for (;;);
  }),
  faulty("fills the heap", () => {
    const lists: number[][] = [];
    for (;;) lists.push(new Array<number>(1000).fill(lists.length));
  }),
  faulty("makes a long array", () => void new Float32Array(1 << 23)),
  faulty("takes more than two seconds", () => {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 2_200_000);
  }),
  faulty("throws an unexpected error", () => {
    throw new TypeError("x is not a function");
  }),
  faulty("says too much", () => {
    throw new RangeError("x".repeat(3000));
  }),
];
