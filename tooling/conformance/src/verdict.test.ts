import { describe, expect, it } from "vitest";
import { judge } from "./verdict.ts";

const result = (name: string, passed: boolean) => ({ name, passed, message: "" });
const exception = (name: string) => ({ name, reason: "" });

describe("judge", () => {
  it("counts passed, failed and excluded", () => {
    const tests = [result("a", true), result("b", false), result("c", false)];
    expect(judge(tests, [exception("c")])).toEqual({ passed: 1, failed: [tests[1]], excluded: [tests[2]], stale: [] });
  });

  it("finds exceptions that pass or match no test", () => {
    const stale = [exception("a"), exception("gone")];
    expect(judge([result("a", true)], stale)).toEqual({ passed: 1, failed: [], excluded: [], stale });
  });
});
