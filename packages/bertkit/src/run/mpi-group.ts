import { checkOptions, text } from "@bertkit/checks";
import type { Group } from "@bertkit/training";

export interface MpiGroupOptions {
  /** The MPI library to load. Default: the environment variable BERTKIT_MPI_LIBRARY, else Open MPI's or MPICH's. */
  readonly library?: string;
}

/** The processes that mpirun or srun started, with MPI between them. */
export interface MpiGroup extends Group {
  /** Ends MPI; call it last, in every process. */
  close(): void;
  /** Ends all processes at once, as after an error that the others would wait for. */
  abort(): never;
}

/** The type of a data-parallel value in MPI's C interface: a pointer in Open MPI, an int in MPICH. */
type Handle = bigint | number;

interface Library {
  func(declaration: string): (...args: unknown[]) => number;
  symbol(name: string): unknown;
}

const names = ["libmpi.so.40", "libmpich.so.12", "libmpi.so.12", "libmpi.so", "libmpi.dylib"];

/** Whether mpirun or srun started this process together with others. */
export function isStartedByMpi(environment: NodeJS.ProcessEnv = process.env): boolean {
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE, PMIX_RANK, SLURM_NTASKS } = environment;
  const size = OMPI_COMM_WORLD_SIZE ?? PMI_SIZE ?? (PMIX_RANK === undefined ? undefined : SLURM_NTASKS);
  return Number(size ?? 1) > 1;
}

/**
 * Joins the processes that mpirun or srun started, through the system's Open MPI or MPICH, which the package koffi
 * calls. Call it once per process; started alone, the process is a group of one.
 *
 * @throws Error if koffi or an MPI library is missing
 */
export async function mpiGroup(options: MpiGroupOptions = {}): Promise<MpiGroup> {
  checkOptions("mpiGroup", options, { library: text });
  const library = await loadLibrary(options.library ?? process.env["BERTKIT_MPI_LIBRARY"]);
  const { type, world, float, sum, inPlace } = handlesOf(library);
  const init = library.func("int MPI_Init(void*, void*)");
  const rankOf = library.func(`int MPI_Comm_rank(${type}, _Out_ int*)`);
  const sizeOf = library.func(`int MPI_Comm_size(${type}, _Out_ int*)`);
  const allReduce = library.func(`int MPI_Allreduce(void*, void*, int, ${type}, ${type}, ${type})`);
  const broadcast = library.func(`int MPI_Bcast(void*, int, ${type}, int, ${type})`);
  const barrier = library.func(`int MPI_Barrier(${type})`);
  const finalize = library.func("int MPI_Finalize()");
  const abort = library.func(`int MPI_Abort(${type}, int)`);

  const call = (name: string, code: number): void => {
    if (code !== 0) throw new Error(`mpiGroup: ${name} failed with MPI's error ${code}.`);
  };
  call("MPI_Init", init(null, null));
  const [rank, size] = [[0], [0]];
  call("MPI_Comm_rank", rankOf(world, rank));
  call("MPI_Comm_size", sizeOf(world, size));
  return {
    rank: rank[0]!,
    size: size[0]!,
    allReduce: (values) => call("MPI_Allreduce", allReduce(inPlace, values, values.length, float, sum, world)),
    broadcast: (values) => call("MPI_Bcast", broadcast(values, values.length, float, 0, world)),
    barrier: () => call("MPI_Barrier", barrier(world)),
    close: () => call("MPI_Finalize", finalize()),
    abort: () => {
      abort(world, 1);
      return process.exit(1);
    },
  };
}

async function loadLibrary(own: string | undefined): Promise<Library> {
  let koffi: { load(path: string, options: object): unknown };
  try {
    koffi = (await import("koffi")).default;
  } catch (cause) {
    throw new Error("mpiGroup: the package koffi is missing. Install it: npm install koffi.", { cause });
  }
  const failures: string[] = [];
  for (const name of own === undefined ? names : [own])
    try {
      // Open MPI's own plugins need its symbols to be global.
      return koffi.load(name, { global: true }) as Library;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  throw new Error(
    `mpiGroup: there is no MPI library (${failures[0]}). Install one, such as Debian's openmpi-bin, or set BERTKIT_MPI_LIBRARY to its path.`,
  );
}

/** Open MPI's handles are addresses of symbols; MPICH's are constants in mpi.h, fixed by its ABI. */
function handlesOf(library: Library): {
  type: string;
  world: Handle;
  float: Handle;
  sum: Handle;
  inPlace: bigint;
} {
  try {
    const [world, float, sum] = ["ompi_mpi_comm_world", "ompi_mpi_float", "ompi_mpi_op_sum"].map(
      (name) => library.symbol(name) as bigint,
    );
    return { type: "void*", world: world!, float: float!, sum: sum!, inPlace: 1n };
  } catch {
    return { type: "int", world: 0x44000000, float: 0x4c00040a, sum: 0x58000003, inPlace: 0xffffffffffffffffn };
  }
}
