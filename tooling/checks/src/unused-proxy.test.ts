import { afterEach, expect, test, vi } from "vitest";
import { unusedProxy } from "./unused-proxy.ts";

const url = new URL("https://hub.invalid/x");
const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

function withVariables(variables: Record<string, string>): void {
  for (const name of names) vi.stubEnv(name, variables[name]);
}
afterEach(() => vi.unstubAllEnvs());

test.each([
  [{}, ""],
  [{ HTTP_PROXY: "http://proxy" }, ""],
  [{ HTTPS_PROXY: "http://proxy" }, "does not use the proxy of HTTPS_PROXY"],
  [{ https_proxy: "http://proxy", HTTPS_PROXY: "http://other" }, "does not use the proxy of https_proxy"],
  [{ HTTPS_PROXY: "http://proxy", NO_PROXY: "a.b, .invalid" }, ""],
  [{ HTTPS_PROXY: "http://proxy", no_proxy: "*" }, ""],
  [{ HTTPS_PROXY: "http://proxy", NO_PROXY: "ub.invalid" }, "does not use"],
])("names the variable of a proxy that fetch does not use: %j", (variables, expected) => {
  withVariables(variables);
  const message = unusedProxy(url);
  if (expected === "") expect(message).toBe("");
  else expect(message).toContain(expected);
});

test("not for this machine, nor if fetch has another dispatcher", () => {
  withVariables({ HTTP_PROXY: "http://proxy", HTTPS_PROXY: "http://proxy" });
  expect(unusedProxy(new URL("http://127.0.0.1:8000/"))).toBe("");
  const symbol = Symbol.for("undici.globalDispatcher.1");
  const globals = globalThis as Record<symbol, unknown>;
  const before = globals[symbol];
  globals[symbol] = new Map();
  expect(unusedProxy(url)).toBe("");
  globals[symbol] = before;
  expect(unusedProxy(url)).toMatch(/NODE_USE_ENV_PROXY=1/);
});
