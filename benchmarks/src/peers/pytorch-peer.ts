import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The model to create in Python; pytorch_peer.py documents the fields. */
export interface PytorchModel {
  what: "train" | "forward";
  size: object;
  batch: readonly [rows: number, tokens: number];
  predictions?: number;
  gathered?: boolean;
  compiled?: boolean;
}

/** Hugging Face transformers on PyTorch in a separate process. */
export class PytorchPeer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #waiting: ((line: string) => void)[] = [];

  /** The peer, or the reason why it is skipped. `BERTKIT_PYTHON` is the interpreter, default python3. */
  static start(threads: number): PytorchPeer | string {
    const python = process.env["BERTKIT_PYTHON"] ?? "python3";
    const probe = spawnSync(python, ["-c", "import torch, transformers"], { encoding: "utf8" });
    if (probe.error !== undefined || probe.status !== 0)
      return `PyTorch is skipped: ${python} cannot import torch and transformers. Set BERTKIT_PYTHON to one that can.`;
    return new PytorchPeer(python, threads);
  }

  private constructor(python: string, threads: number) {
    const program = fileURLToPath(new URL("./pytorch_peer.py", import.meta.url));
    this.#child = spawn(python, [program, String(threads)], { stdio: ["pipe", "pipe", "inherit"] }) as never;
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on("line", (line) => this.#waiting.shift()!(line));
    this.#child.on("exit", (code) => {
      if (code !== 0 && code !== null) throw new Error(`PyTorch ended with code ${code}.`);
    });
  }

  async prepare(name: string, model: PytorchModel): Promise<void> {
    await this.#ask({ do: "prepare", name, gathered: false, compiled: false, predictions: 0, ...model });
  }

  /** Milliseconds of one run. @param tokens default: those of the model's batch */
  async run(name: string, tokens?: number): Promise<number> {
    return (await this.#ask({ do: "run", name, tokens }))["milliseconds"]!;
  }

  /** Peak resident memory of the process so far, in MiB. */
  async peakMemory(): Promise<number> {
    return (await this.#ask({ do: "memory" }))["peak"]!;
  }

  async drop(name: string): Promise<void> {
    await this.#ask({ do: "drop", name });
  }

  stop(): void {
    this.#child.stdin.end();
  }

  #ask(request: object): Promise<Record<string, number>> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return new Promise((resolve) => this.#waiting.push((line) => resolve(JSON.parse(line) as Record<string, number>)));
  }
}
