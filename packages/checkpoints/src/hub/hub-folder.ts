import { access, copyFile, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { randomUUID } from "node:crypto";
import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName, type Folder } from "../folders/folder.ts";
import { localFolder } from "../folders/local-folder.ts";
import { download } from "./download.ts";
import { withFileLock } from "./file-lock.ts";
import { describeHubFile } from "./hub-file.ts";
import { checkRepository, commitPattern, type HubFolderOptions, type HubSettings } from "./hub-options.ts";
import { hubSettings } from "./hub-settings.ts";

/**
 * A model repository of the Hugging Face hub as a read-only folder. Files are fetched when first read, into the cache
 * that Hugging Face's own libraries use, laid out as they lay it out (blobs, refs, snapshots), and shared between
 * processes. Offline, or where the hub cannot be reached, what is cached of the revision is used.
 *
 * @param repository "owner/name", such as "google-bert/bert-base-uncased"
 * @throws CheckpointError where the repository or revision does not exist, is private, or a file comes damaged
 */
export function hubFolder(repository: string, { revision = "main", ...options }: HubFolderOptions = {}): Folder {
  checkRepository("hubFolder", repository, revision);
  let settings: Promise<HubSettings> | undefined;
  /** What the revision stood for when first asked: all files come from one commit. */
  let commit = commitPattern.test(revision) ? revision : undefined;

  /** The snapshot that has the file, after fetching it where it is not cached; undefined where the hub has none. */
  async function snapshotWith(name: string): Promise<string | undefined> {
    checkFileName(name);
    const { endpoint, cache, token, offline } = await (settings ??= hubSettings(options, process.env));
    const root = join(cache, `models--${repository.replace("/", "--")}`);
    const snapshot = (of: string): string => join(root, "snapshots", of);
    if (commit !== undefined && (await exists(join(snapshot(commit), name)))) return snapshot(commit);
    if (offline) return offlineSnapshot(root);
    const request = { endpoint, repository, revision: commit ?? revision, token, signal: options.signal };
    const file = await describeHubFile(request, name).catch(async (error: unknown) => {
      const unreachable = error instanceof Error && error.cause !== undefined && !options.signal?.aborted;
      const cached = unreachable ? await offlineSnapshot(root).catch(() => undefined) : undefined;
      if (cached === undefined) throw error;
      return cached;
    });
    if (file === undefined || typeof file === "string") return file;
    commit ??= file.commit;
    if (!commitPattern.test(revision)) await writeWhole(join(root, "refs", revision), commit);
    const blob = join(root, "blobs", file.etag);
    const lock = join(cache, ".locks", `models--${repository.replace("/", "--")}`, `${file.etag}.node-lock`);
    if (!(await exists(blob)))
      await withFileLock(lock, async () => {
        await mkdir(dirname(blob), { recursive: true });
        const { signal, onProgress } = options;
        if (!(await exists(blob))) await download(file, blob, { name, token, signal, onProgress });
      });
    await link(blob, join(snapshot(commit), name));
    return snapshot(commit);
  }

  async function offlineSnapshot(root: string): Promise<string> {
    const known = commit ?? (await readFile(join(root, "refs", revision), "utf8").catch(() => "")).trim();
    const snapshot = join(root, "snapshots", known);
    if (!commitPattern.test(known) || !(await exists(snapshot)))
      throw new CheckpointError(
        "FOLDER",
        `hubFolder: ${repository} at ${revision} is not in the cache (${root}), and HF_HUB_OFFLINE forbids to fetch it. Unset it once, online.`,
      );
    commit = known;
    return snapshot;
  }

  return {
    label: `${repository} at ${revision} on the hub`,
    async read(name) {
      const snapshot = await snapshotWith(name);
      return snapshot === undefined ? undefined : localFolder(snapshot).read(name);
    },
    async open(name) {
      const snapshot = await snapshotWith(name);
      return snapshot === undefined ? undefined : localFolder(snapshot).open?.(name);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A link from the snapshot to the blob; a copy where the system has no links. */
async function link(blob: string, name: string): Promise<void> {
  await mkdir(dirname(name), { recursive: true });
  try {
    await symlink(relative(dirname(name), blob), name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") await copyFile(blob, name);
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
