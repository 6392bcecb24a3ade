// A registry on loopback that serves the packed packages, and redirects npm to the usual registry for all others.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "./run.ts";

export interface Registry {
  readonly address: string;
  close(): void;
}

interface Packed {
  readonly file: string;
  readonly bytes: Buffer;
  readonly manifest: { readonly name: string; readonly version: string };
}

/** @param folder the tarballs of `npm pack` */
export async function startRegistry(folder: string, upstream: string): Promise<Registry> {
  const packed = new Map<string, Packed>();
  for (const file of readdirSync(folder)) {
    const manifest = JSON.parse(await run("tar", ["-xzOf", file, "package/package.json"], { cwd: folder }));
    packed.set(manifest.name, { file, bytes: readFileSync(join(folder, file)), manifest });
  }
  const server = createServer(({ url = "/" }, response) => {
    const name = decodeURIComponent(url.slice(1));
    const found = packed.get(name);
    const tarball = [...packed.values()].find(({ file }) => name === `-/${file}`);
    if (found) response.end(JSON.stringify(packument(found, address)));
    else if (tarball) response.end(tarball.bytes);
    else response.writeHead(302, { location: upstream.replace(/\/$/, "") + url }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function packument({ file, bytes, manifest }: Packed, address: string): object {
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const { name, version } = manifest;
  const dist = { tarball: `${address}/-/${file}`, integrity };
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
