import { execFile, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { isStartedByMpi, mpiGroup } from "./mpi-group.ts";

const program = fileURLToPath(new URL("__fixtures__/train-in-group.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const hasMpi = spawnSync("mpirun", ["--version"]).status === 0;

interface Ended {
  code: number;
  output: string;
  errors: string;
}

/** Runs the program on several ranks, with Open MPI's settings for containers. */
function mpirun(ranks: number, ...args: string[]): Promise<Ended> {
  const command = ["--oversubscribe", "-n", String(ranks), process.execPath, "--import", tsx, program, ...args];
  const env = {
    ...process.env,
    OMPI_ALLOW_RUN_AS_ROOT: "1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
    OMPI_MCA_btl_vader_single_copy_mechanism: "none",
  };
  return new Promise((resolve) =>
    execFile("mpirun", command, { env }, (error, output, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output, errors }),
    ),
  );
}

interface Trained {
  size: number;
  losses: number[];
  weights: number[];
}

describe.skipIf(!hasMpi)("two ranks (skipped without mpirun)", { timeout: 300_000 }, () => {
  const train = async (ranks: number): Promise<Trained> => {
    const { code, output, errors } = await mpirun(ranks);
    expect(code, errors).toBe(0);
    return JSON.parse(output) as Trained;
  };

  test("with half of each batch train like one process with the whole, up to rounding, and give the same bits again", async () => {
    const [one, two] = [await train(1), await train(2)];
    expect([one.size, two.size, two.losses.length]).toEqual([1, 2, 50]);
    expect(two.losses).toBeAllClose(one.losses, { absolute: 1e-5, relative: 1e-5 });
    expect(two.weights).toBeAllClose(one.weights, { absolute: 1e-5, relative: 1e-5 });
    expect(one.losses.at(-1)).toBeLessThan(one.losses[0]! / 2);
    expect(await train(2)).toEqual(two);
  });

  test("end with a message if one rank dies", async () => {
    const { code, output, errors } = await mpirun(2, "10");
    expect([code, output]).toEqual([137, ""]);
    expect(errors).toMatch(/process rank 1 .*exited on signal 9/);
  });
});

test("says what to install if there is no MPI", async () => {
  await expect(mpiGroup({ library: "/nowhere/libmpi.so" })).rejects.toThrow(
    /mpiGroup: there is no MPI library \(\/nowhere\/libmpi\.so: .*\)\. Install one, such as Debian's openmpi-bin, or set/,
  );
  await expect(mpiGroup({ libary: "x" } as never)).rejects.toThrow(/libary/);
});

test("detects from the environment whether mpirun started it", () => {
  expect(isStartedByMpi({})).toBe(false);
  expect(isStartedByMpi({ OMPI_COMM_WORLD_SIZE: "1" })).toBe(false);
  expect(isStartedByMpi({ OMPI_COMM_WORLD_SIZE: "4" })).toBe(true);
  expect(isStartedByMpi({ PMI_SIZE: "2", PMI_RANK: "1" })).toBe(true);
  expect(isStartedByMpi({ SLURM_NTASKS: "2" })).toBe(false);
  expect(isStartedByMpi({ SLURM_NTASKS: "2", PMIX_RANK: "0" })).toBe(true);
});
