// Data-parallel pretraining on one machine: one process with two threads; with MPI two processes with one thread each and
// half of the batch; and one process with one thread and the whole batch. BERT-mini, 16 × 128 tokens, AdamW. Then an
// estimate for more machines, from the bytes of an update.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  shareBatches,
  sumObjectives,
} from "@bertkit/pretraining";
import { adamW, type Group, train } from "@bertkit/training";
import { mpiGroup, type MpiGroup } from "bertkit/node";

import { randomBatch } from "./random-batch.ts";

const [rows, length, predictions, vocabularySize] = [16, 128, 20, 30_522];
const [warm, counted] = [3, 8];
const [mode, threads] = process.argv.slice(2);

interface Measured {
  milliseconds: number;
  reduceMilliseconds: number;
  parameters: number;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(group: MpiGroup | undefined): Promise<Measured> {
  await useBackend("node", { threads: Number(threads) });
  const rng = new Rng(0);
  const encoder = createBert({ ...bertSizes.mini, vocabularySize, hiddenDropout: 0, attentionDropout: 0 }, rng);
  const objective = sumObjectives(
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  );
  const reduces: number[] = [];
  const timed: Group | undefined = group && {
    rank: group.rank,
    size: group.size,
    broadcast: (values) => group.broadcast(values),
    barrier: () => group.barrier(),
    allReduce: async (values) => {
      await group.barrier(); // so that waiting for the slower rank is not taken for transfer
      const start = performance.now();
      await group.allReduce(values);
      reduces.push(performance.now() - start);
    },
  };
  function* batches() {
    for (let i = 0; i < warm + counted; i++) yield randomBatch({ rows, length, predictions, vocabularySize }, rng);
  }
  const steps: number[] = [];
  let last = performance.now();
  for await (const { step } of train({
    model: [encoder, objective],
    batches: shareBatches(batches(), { rank: group?.rank ?? 0, size: group?.size ?? 1 }),
    optimizer: adamW({ learningRate: 1e-4 }),
    rng: new Rng(1),
    group: timed,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  })) {
    if (step > warm) steps.push(performance.now() - last);
    last = performance.now();
  }
  const parameters = [...variables([encoder, objective]).values()].reduce((sum, { size }) => sum + size, 0);
  dispose([encoder, objective]);
  return { milliseconds: median(steps), reduceMilliseconds: reduces.length > 0 ? median(reduces) : 0, parameters };
}

function inProcesses(ranks: number, threadsEach: number): Measured {
  const own = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url), "alone", String(threadsEach)];
  const mpi = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", String(ranks)];
  const [program, ...args] = ranks === 1 ? own : [...mpi, ...own];
  const env = {
    ...process.env,
    OMPI_ALLOW_RUN_AS_ROOT: "1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
    OMPI_MCA_btl_vader_single_copy_mechanism: "none",
  };
  const { stdout, stderr, status } = spawnSync(program!, args, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`two-ranks: ${program} failed. It needs Open MPI (openmpi-bin). ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Measured;
}

if (mode === "alone") {
  const isRank = process.env["OMPI_COMM_WORLD_SIZE"] !== undefined;
  const group = isRank ? await mpiGroup() : undefined;
  const found = await measure(group);
  if (group === undefined || group.rank === 0) console.log(JSON.stringify(found));
  group?.close();
  process.exit(0);
}
const cases = {
  "one process, one thread": inProcesses(1, 1),
  "one process, two threads": inProcesses(1, 2),
  "two processes, one thread each": inProcesses(2, 1),
};
console.log("| | ms an update | of which all-reduce |\n|---|---:|---:|");
for (const [name, { milliseconds, reduceMilliseconds }] of Object.entries(cases))
  console.log(`| ${name} | ${milliseconds.toFixed(0)} | ${reduceMilliseconds.toFixed(0)} |`);
const [alone, , two] = Object.values(cases) as [Measured, Measured, Measured];
console.log(`two processes / one: ${(alone.milliseconds / two.milliseconds).toFixed(2)} times the speed`);

// A ring all-reduce sends and receives 2 (n − 1) / n of the gradients at each rank; each rank computes as long as one
// process on one thread, with its own batch.
const bytes = 4 * alone.parameters;
const gigabits = [1, 10, 25];
console.log(
  `computed: ${(bytes / 1e6).toFixed(1)} MB of gradients, ${rows} × ${length} tokens a rank, no overlap\n| ranks | ${gigabits.map((g) => `${g} Gbit/s`).join(" | ")} |\n|---:|${gigabits.map(() => "---:").join("|")}|`,
);
for (const ranks of [2, 4, 8, 16]) {
  const speed = gigabits.map((g) => {
    const transfer = (1000 * 8 * bytes * 2 * (ranks - 1)) / ranks / (g * 1e9);
    return ((ranks * alone.milliseconds) / (alone.milliseconds + transfer)).toFixed(1);
  });
  console.log(`| ${ranks} | ${speed.join(" | ")} |`);
}
const ratios = { "two processes / one": Number((alone.milliseconds / two.milliseconds).toFixed(2)) };
console.log(JSON.stringify({ bench: "two-ranks", ratios, results: cases }));
