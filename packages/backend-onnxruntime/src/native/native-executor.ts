import { Executor } from "../run/executor.ts";
import { nativeSessions } from "./native-session.ts";
import { resolveOptions, type ResolvedOptions } from "./options.ts";

/** Runs graphs on Node's native library. */
export function nativeExecutor({ executor, sessions }: ResolvedOptions = resolveOptions()): Executor {
  return new Executor(executor, nativeSessions(sessions));
}
