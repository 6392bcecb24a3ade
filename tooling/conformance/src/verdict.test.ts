import { describe, expect, it } from "vitest";
import { judge, onlyFailing } from "./verdict.ts";

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

describe("onlyFailing", () => {
  it("finds names that fail in one run only, each once", () => {
    const ours = [result("a", false), result("b", false), result("b", false), result("c", true), result("d", true)];
    const stock = [result("a", false), result("b", true), result("c", false), result("d", true)];
    expect(onlyFailing(ours, stock)).toEqual([ours[1]]);
    expect(onlyFailing(stock, ours)).toEqual([stock[2]]);
  });
});
