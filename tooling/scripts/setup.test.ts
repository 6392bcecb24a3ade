import { expect, test } from "vitest";
// @ts-expect-error A script without declarations.
import { compareVersions, fix } from "./setup.mjs";

test.each([
  ["20.18.1", "20.19", -1],
  ["20.19.0", "20.19", 0],
  ["20.20.2", "20.19", 1],
  ["22.0.0", "20.19", 1],
  ["9.99.0", "20.19", -1],
])("Node %s against %s", (version, minimum, sign) => {
  expect(Math.sign(compareVersions(version, minimum))).toBe(sign);
});

test.each([
  ["npm error request failed, reason: getaddrinfo ENOTFOUND registry.example", "connect to the network"],
  ["npm error code E403", "refused access"],
  ["ENOSPC: no space left on device, write", "disk is full"],
  ["EACCES: permission denied, mkdir '/home/x/.npm'", "may not be written"],
  ['ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"', "does not match the package.json files"],
  ["something never seen", "remove node_modules"],
])("the fix of %j", (output, advice) => {
  expect(fix(output)).toContain(advice);
});
