import { expect, it } from "vitest";
import { receivedError, sentError } from "./sent-error.ts";

const marker = Symbol.for("@bertkit/checks/sent-error.test");

class OwnError extends RangeError {
  override readonly name = "OwnError";
  readonly code = "own";
  readonly kernels: readonly string[] = ["MatMul"];
  readonly report = (): string => "cannot be sent";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, marker, { value: true });
  }
}

const passed = (thrown: unknown, classes = {}): unknown => receivedError(structuredClone(sentError(thrown)), classes);

it("keeps an error's name, message, stack, fields, cause and marker, and its class if the receiver has it", () => {
  const thrown = new OwnError("wrong", { cause: Object.assign(new TypeError("inner"), { code: "ENOENT" }) });
  const received = passed(thrown) as OwnError;
  expect(received).toBeInstanceOf(RangeError);
  expect(received).toMatchObject({ name: "OwnError", message: "wrong", code: "own", kernels: ["MatMul"] });
  expect(received.stack).toBe(thrown.stack);
  expect(received.cause).toBeInstanceOf(TypeError);
  expect(received.cause).toMatchObject({ name: "TypeError", message: "inner", code: "ENOENT" });
  expect(received).not.toHaveProperty("report");
  expect(Object.keys(received)).toEqual(Object.keys(thrown).filter((key) => key !== "report"));
  expect(marker in received).toBe(true);
  expect(passed(thrown, { OwnError })).toBeInstanceOf(OwnError);
});

it("keeps the language's classes, a DOMException and the errors of an AggregateError", () => {
  for (const kind of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])
    expect(passed(new kind("x"))).toEqual(new kind("x"));
  const aborted = passed(new DOMException("stopped", "AbortError")) as DOMException;
  expect(aborted).toBeInstanceOf(DOMException);
  expect([aborted.name, aborted.message, aborted.code]).toEqual(["AbortError", "stopped", 20]);
  const several = passed(new AggregateError([new OwnError("a"), "b", () => 1], "all")) as AggregateError;
  expect(several).toBeInstanceOf(AggregateError);
  expect(several.errors).toEqual([expect.objectContaining({ name: "OwnError", code: "own" }), "b"]);
});

it("passes other values as they are, and describes one that cannot be sent", () => {
  for (const value of ["text", undefined, 7, { code: "a" }, ["b"]]) expect(passed(value)).toEqual(value);
  expect(passed(() => 1)).toEqual(new Error("a function"));
});

it("leaves out a cycle of causes", () => {
  const outer = new Error("outer");
  outer.cause = new Error("inner", { cause: outer });
  expect(((passed(outer) as Error).cause as Error).message).toBe("inner");
  expect((passed(outer) as { cause: Error }).cause.cause).toBeUndefined();
});
