// Chosen wherever the condition "node" of package.json's imports does not hold.
import type { Folder, HubFolderOptions } from "@bertkit/checkpoints";

/** @throws for Node's folders are not in a program bundled for browsers */
export function localFolder(path: string): Folder {
  throw bundledForBrowsers(`read the folder ${path}`);
}

/** @throws for Node's folders are not in a program bundled for browsers */
export function hubFolder(repository: string, _options?: HubFolderOptions): Folder {
  throw bundledForBrowsers(`fetch ${repository} into the hub's cache`);
}

/** @throws for Node's files are not in a program bundled for browsers */
export async function isHere(path: string): Promise<boolean> {
  throw bundledForBrowsers(`look for the folder ${path}`);
}

function bundledForBrowsers(what: string): Error {
  return new Error(
    `bertkit: cannot ${what}: this program runs in Node but was bundled for browsers. Bundle it for Node (esbuild --platform=node, webpack's target "node", Vite's ssr).`,
  );
}
