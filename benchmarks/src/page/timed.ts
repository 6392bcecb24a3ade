import { transferredBytes } from "./backend-memory.ts";
import type { Measured } from "./contender.ts";

/** Times the first call and `calls` further ones. */
export async function timed(calls: number, call: () => Promise<number[]>, reason: string): Promise<Measured> {
  const milliseconds: number[] = [];
  let check: number[] = [];
  let [copiedBytes, readBytes]: [number?, number?] = [];
  for (let i = 0; i <= calls; i++) {
    const before = transferredBytes();
    const start = performance.now();
    const result = await call();
    milliseconds.push(performance.now() - start);
    if (i === 0) check = result;
    const after = transferredBytes();
    if (before.copied !== undefined) copiedBytes = after.copied! - before.copied;
    if (before.read !== undefined) readBytes = after.read! - before.read;
  }
  const [first, ...counted] = milliseconds as [number, ...number[]];
  return {
    firstMilliseconds: first,
    milliseconds: counted,
    check,
    copiedBytes,
    readBytes,
    memoryBytes: undefined,
    matrixGflops: undefined,
    reason,
  };
}
