import { sourcePosition } from "#source-position";

/** Maximum frames between a kernel and the code that called its op: this package's and TensorFlow.js's. */
const deepest = 40;

/** Frames shown. */
const shown = 3;

/**
 * Where the op being recorded was called: the innermost frames outside of TensorFlow.js, such as "layer
 * (model.ts:12:5)"; undefined if there are none. As expensive as a few kernel calls: call it once for each kernel and
 * shapes.
 */
export function callSite(): string | undefined {
  const frames = stack();
  const first = frames.findIndex(isTensorFlow);
  const outside = first < 0 ? -1 : frames.findIndex((frame, i) => i > first && !isTensorFlow(frame));
  if (outside < 0) return undefined;
  const callers = frames
    .slice(outside)
    .filter((frame) => !isTensorFlow(frame) && !fileOf(frame).startsWith("node:internal"))
    .slice(0, shown);
  return described(callers).join(", ");
}

/**
 * The innermost frames as V8's objects. Their text would be looked up in source maps, if enabled: TensorFlow.js's is so
 * large that reading it took a fifth of a small model's first step.
 */
function stack(): NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = deepest;
  Error.prepareStackTrace = (_, frames) => frames;
  try {
    const frames: unknown = new Error().stack;
    return Array.isArray(frames) ? frames : []; // a string if the engine is not V8
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function fileOf(frame: NodeJS.CallSite): string {
  return frame.getFileName() ?? "";
}

function isTensorFlow(frame: NodeJS.CallSite): boolean {
  return fileOf(frame).includes("@tensorflow");
}

/** As in stack traces, by the program's own formatter if it has one, such as a test runner's. */
function described(frames: NodeJS.CallSite[]): string[] {
  if (Error.prepareStackTrace === undefined) return frames.map(inSources);
  const lines = String(Error.prepareStackTrace(new Error(), frames)).split("\n");
  return lines.filter((line) => line.startsWith("    at ")).map((line) => line.slice("    at ".length));
}

function inSources(frame: NodeJS.CallSite): string {
  const text = String(frame);
  const file = fileOf(frame);
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  if (file === "" || line === null || column === null) return text;
  const position = sourcePosition(file, line, column);
  return position === undefined ? text : text.replace(`${file}:${line}:${column}`, position);
}
