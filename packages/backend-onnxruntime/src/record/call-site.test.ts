import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** What a process of its own prints that runs a TypeScript program, whose lines move when it is compiled. */
function output(...flags: string[]): string {
  const program = fileURLToPath(new URL("../__fixtures__/wrong-index.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", ...flags, program], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

it("is a place in the sources, where Node reads source maps", () => {
  expect(output()).toMatch(
    /Gather of .*, first called like this at pick \([^ ]*wrong-index\.ts:10:13\), [^,]*wrong-index\.ts:15:3\), got/,
  );
});

it("is a place in what Node runs, elsewhere", () => {
  const withoutMaps = "data:text/javascript,process.setSourceMapsEnabled(false)";
  expect(output("--import", withoutMaps)).toMatch(
    /first called like this at pick \([^ ]*wrong-index\.ts:(?!10:13)\d+:\d+\)/,
  );
});
