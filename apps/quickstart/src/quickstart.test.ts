import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-quickstart-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], onOutput: (child: ChildProcess, stdout: string) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput(child, stdout);
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

describe("the quickstart program", () => {
  it("does the whole job in a few steps, and says what it found", { timeout: 600_000 }, async () => {
    const out = join(folder, "whole");
    const { code, stdout, stderr } = await start(["--size", "tiny", "--steps", "12", "--draws", "2", "--out", out]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/233 State of the Union addresses/);
    expect(stdout).toMatch(/the new process gave the same [\d,]+ predictions, to the bit/);
    expect(stdout.match(/\[MASK\]/g)).toHaveLength(5);
    expect(stdout.match(/(encoder frozen|everything tuned) +(pretrained|random weights) +0\.\d+ ± /g)).toHaveLength(4);
    for (const name of ["config.json", "model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json"]) {
      expect(existsSync(join(out, "model", name)), name).toBe(true);
      expect(existsSync(join(out, "spam-classifier", name)), name).toBe(true);
    }
    const report = await readFile(join(out, "report.html"), "utf8");
    expect(report).toMatch(/<svg/);
    expect(report).not.toMatch(/NaN|undefined|(src|href)="http/);
    expect(existsSync(join(out, "training-state.safetensors"))).toBe(false);
  });

  it(
    "stops at the end of the step, saves, says how to resume, and resumes; meanwhile rejects a second process",
    { timeout: 600_000 },
    async () => {
      const out = join(folder, "interrupted");
      const args = ["--size", "tiny", "--steps", "100000", "--out", out];
      const whileTraining = (act: (child: ChildProcess) => void) => {
        let signaled = false;
        return (child: ChildProcess, stdout: string) => {
          if (signaled || !stdout.includes("masked-LM accuracy")) return;
          signaled = true;
          act(child);
        };
      };
      let second: Promise<Ended> | undefined;
      const first = await start(
        args,
        whileTraining((child) => {
          second = start(args);
          void second.then(() => child.kill("SIGINT"));
        }),
      );
      expect((await second!).stderr).toMatch(/^quickstart: .*interrupted is in use by process \d+ on .*, since .*\n$/);
      expect((await second!).code).toBe(2);
      expect(first.code).toBe(130);
      expect(first.stderr).toMatch(/^quickstart: SIGINT: stopping at the end of this step, and saving .*\n$/);
      const [, stoppedAt] =
        /pretraining stopped after step (\d+) of 100000\. Saved in .*: pretraining, step \1 of 100000\. The same command/.exec(
          first.stdout,
        ) ?? [];
      expect(Number(stoppedAt)).toBeGreaterThan(0);
      // As `| head` does: nobody reads the rest.
      const third = await start(
        args,
        whileTraining((child) => child.stdout!.destroy()),
      );
      expect(third.stdout).toContain(`resuming from step ${stoppedAt} of the interrupted run`);
      expect(third.code).toBe(141);
      expect(third.stderr).toMatch(/its output was closed \(EPIPE\).*\n.*Saved in .*: pretraining, step \d+ of 100000/);
      expect((await readdir(out)).sort()).toEqual([
        "training-state.previous.safetensors",
        "training-state.safetensors",
      ]);
    },
  );

  it("rejects a bad value in one line, with code 2", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await start(["--size", "enormous"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: 'quickstart: --size must be tiny, mini or small, got "enormous". See --help.\n',
    });
  });
});
