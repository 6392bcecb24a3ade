// Selected by the default condition in package.json's imports.
import type { Folder, HubFolderOptions } from "@bertkit/checkpoints";

/** @throws always: a program bundled for browsers has no folders */
export function localFolder(path: string): Folder {
  throw bundledForBrowsers(`read the folder ${path}`);
}

/** @throws always: a program bundled for browsers has no folders */
export function hubFolder(repository: string, _options?: HubFolderOptions): Folder {
  throw bundledForBrowsers(`fetch ${repository} into the hub's cache`);
}

/** @throws always: a program bundled for browsers has no files */
export async function pathExists(path: string): Promise<boolean> {
  throw bundledForBrowsers(`look for the folder ${path}`);
}

function bundledForBrowsers(what: string): Error {
  return new Error(
    `bertkit: cannot ${what}: this program runs in Node but was bundled for browsers. Bundle it for Node (esbuild --platform=node, webpack's target "node", Vite's ssr).`,
  );
}
