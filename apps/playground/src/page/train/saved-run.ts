import type { ClassificationExample } from "@bertkit/heads";

/** An interrupted run, as stored in IndexedDB. */
export interface SavedRun {
  /** The address of the folder whose encoder is trained further. */
  readonly folder: string;
  readonly labels: readonly string[];
  readonly examples: readonly ClassificationExample[];
  readonly steps: number;
  /** Number of steps done. */
  readonly step: number;
  /** A file of `saveTensors` with the `trainingState`. */
  readonly state: Uint8Array;
}

const [database, store, key] = ["bertkit-playground", "runs", "last"] as const;

export async function saveRun(run: SavedRun): Promise<void> {
  await request("readwrite", (runs) => runs.put(run, key));
}

/** The last saved run; undefined if there is none. */
export function savedRun(): Promise<SavedRun | undefined> {
  return request("readonly", (runs) => runs.get(key) as IDBRequest<SavedRun | undefined>);
}

export function forgetRun(): Promise<void> {
  return request("readwrite", (runs) => runs.delete(key));
}

async function request<Result>(
  mode: IDBTransactionMode,
  ask: (runs: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const opening = indexedDB.open(database, 1);
  opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(store));
  const opened = await settled(opening);
  try {
    const transaction = opened.transaction(store, mode);
    const done = completed(transaction);
    const [result] = await Promise.all([settled(ask(transaction.objectStore(store))), done]);
    return result;
  } finally {
    opened.close();
  }
}

function settled<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error ?? new Error("IndexedDB gives no reason")));
  });
}

/** A request may succeed in a transaction that fails, for example if the storage is full. */
function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB gives no reason")));
  });
}
