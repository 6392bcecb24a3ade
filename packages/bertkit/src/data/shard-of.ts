/** Part `index`, from 0, of `count` parts of the work. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * The shard that environment variables select: SLURM_ARRAY_TASK_ID of SLURM_ARRAY_TASK_COUNT, counted from
 * SLURM_ARRAY_TASK_MIN; or JOB_COMPLETION_INDEX of an indexed Kubernetes job, with JOB_COMPLETIONS, which must be set
 * to the job's `completions`. Undefined without these.
 *
 * @throws RangeError on invalid numbers
 */
export function shardOfEnvironment(environment: Readonly<Record<string, string | undefined>>): Shard | undefined {
  const { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: tasks, SLURM_ARRAY_TASK_MIN: min = "0" } = environment;
  if (task !== undefined && tasks !== undefined) {
    const step = Number(environment["SLURM_ARRAY_TASK_STEP"] ?? 1);
    return checkedShard("SLURM_ARRAY_TASK_ID", (Number(task) - Number(min)) / step, Number(tasks));
  }
  const { JOB_COMPLETION_INDEX: index, JOB_COMPLETIONS: count } = environment;
  if (index === undefined) return undefined;
  if (count === undefined)
    throw new RangeError(
      "JOB_COMPLETION_INDEX is set, but JOB_COMPLETIONS is not. Set it to the job's completions, or pass --shard INDEX/COUNT.",
    );
  return checkedShard("JOB_COMPLETION_INDEX", Number(index), Number(count));
}

/** "3/8" as a shard. @throws RangeError on anything else */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined)
    throw new RangeError(`--shard must be INDEX/COUNT, such as 0/8, got ${JSON.stringify(text.slice(0, 60))}`);
  return checkedShard("--shard", Number(index), Number(count));
}

function checkedShard(what: string, index: number, count: number): Shard {
  if (Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 && index < count)
    return { index, count };
  throw new RangeError(
    `${what} must be a whole number from 0 and below the number of shards, got ${index} of ${count}`,
  );
}

/** The shard's range [first, end) of `total` items. The ranges of all shards, in order, cover all items. */
export function rangeOfShard({ index, count }: Shard, total: number): { first: number; end: number } {
  return { first: Math.floor((index * total) / count), end: Math.floor(((index + 1) * total) / count) };
}
