import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** The output of a separate process that runs a TypeScript program, whose line numbers change when it is compiled. */
function output(...flags: string[]): string {
  const program = fileURLToPath(new URL("../__fixtures__/wrong-index.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", ...flags, program], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

it("is a source position, if Node reads source maps", () => {
  expect(output()).toMatch(
    /Gather of .*, first called like this at pick \([^ ]*wrong-index\.ts:10:13\), [^,]*wrong-index\.ts:15:3\): "/,
  );
});

it("is a position in the executed code otherwise", () => {
  const withoutMaps = "data:text/javascript,process.setSourceMapsEnabled(false)";
  expect(output("--import", withoutMaps)).toMatch(
    /first called like this at pick \([^ ]*wrong-index\.ts:(?!10:13)\d+:\d+\)/,
  );
});
