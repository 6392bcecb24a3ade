import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const start = fileURLToPath(new URL("__fixtures__/start.mjs", import.meta.url));
const folder = "tooling/scripts/__fixtures__";

interface Ending {
  code: number | null;
  output: string;
}

/** Runs a program through `runProgram`; calls `whenReady` when it prints that it is ready. */
function run(args: string[], whenReady: (child: ChildProcess) => void = () => {}): Promise<Ending> {
  const child = spawn(process.execPath, [start, ...args], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (text.startsWith("ready")) whenReady(child);
    output += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

describe.skipIf(process.platform === "win32")("runProgram", () => {
  test("forwards an interrupt once, waits for the program, and passes arguments and exit code on", async () => {
    const { code, output } = await run([`${folder}/count-interrupts.ts`, "--steps", "3"], ({ pid }) => {
      // A terminal signals the whole group, and npm then forwards the same signal.
      process.kill(-pid!, "SIGINT");
      process.kill(pid!, "SIGINT");
    });
    expect(output).toContain(`ready\n{"interrupts":1,"args":["--steps","3"]}\n`);
    expect(code).toBe(7);
  });

  test("passes a later interrupt on too", async () => {
    const { output } = await run([`${folder}/count-interrupts.ts`], ({ pid }) => {
      process.kill(pid!, "SIGINT");
      setTimeout(() => process.kill(pid!, "SIGINT"), 600);
    });
    expect(output).toContain('"interrupts":2');
  });

  test("a program gets SIGHUP if its script or npm is killed, so none is left behind", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bertkit-run-program-"));
    try {
      for (const above of [false, true]) {
        const file = join(directory, String(above));
        const script = `${folder}/tell-hangup.ts`;
        const command = `"${process.execPath}" "${start}" ${script} "${file}"`;
        const environment = { ...process.env, ...(above && { npm_lifecycle_event: "quickstart" }) };
        // A shell in the role of npm: the script is its child, and is not notified when it dies.
        const [program, args] = above ? ["sh", ["-c", `${command}; true`]] : [process.execPath, [start, script, file]];
        const child = spawn(program!, args as string[], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
        // The output closes when the last process that has it open ends.
        const closed = new Promise((resolve) => child.on("close", resolve));
        child.stdout.once("data", () => child.kill("SIGKILL"));
        await closed;
        expect(await readFile(file, "utf8")).toBe("hung up");
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test("reports a missing program in one line", async () => {
    const { code, output } = await run(["apps/nothing.ts"]);
    expect(output).toContain(
      "apps/nothing.ts does not exist in this checkout. Run `git status`, or take a newer commit.\n",
    );
    expect(code).toBe(1);
  });
});
