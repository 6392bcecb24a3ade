/** Frames between a kernel and the code that called its op: this package's and TensorFlow.js's. */
const deepest = 40;

/** Frames shown. */
const shown = 3;

/**
 * Where the op that is being recorded was called: the innermost frames outside of TensorFlow.js, such as
 * "layer (model.ts:12:5)"; undefined where there are none. It costs as much as some kernel calls: ask once for each kernel and shapes.
 */
export function callSite(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  const frames = (new Error().stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  Error.stackTraceLimit = before;
  const isTensorFlow = (frame: string): boolean => frame.includes("@tensorflow");
  const first = frames.findIndex(isTensorFlow);
  const outside = first < 0 ? -1 : frames.findIndex((frame, i) => i > first && !isTensorFlow(frame));
  if (outside < 0) return undefined;
  return frames
    .slice(outside)
    .filter((frame) => !isTensorFlow(frame) && !frame.includes("node:internal"))
    .slice(0, shown)
    .map((frame) => frame.slice("    at ".length))
    .join(", ");
}
