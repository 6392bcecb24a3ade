import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type Served, servePage } from "./serve-page.ts";

let folder: string;
let served: Served;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-serve-"));
  for (const name of ["models/deep", "models-beside", "built/assets", "outside"])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of ["secret", "models-beside/secret", "outside/secret"])
    await writeFile(join(folder, name), "secret");
  await writeFile(join(folder, "models/deep/config.json"), "{}");
  await writeFile(join(folder, "models/empty"), "");
  await writeFile(join(folder, "models/a b%.json"), "[]");
  await writeFile(join(folder, "built/index.html"), "<p>page");
  await writeFile(join(folder, "built/assets/a.js"), "1");
  for (const root of ["models", "built"]) {
    await symlink(join(folder, "secret"), join(folder, root, "absolute-link"));
    await symlink("../secret", join(folder, root, "relative-link"));
    await symlink(join(folder, "outside"), join(folder, root, "folder-link"));
    await symlink("..", join(folder, root, "up"));
    await symlink("absolute-link", join(folder, root, "link-to-link"));
    await symlink("/etc/passwd", join(folder, root, "passwd"));
    await symlink("nowhere", join(folder, root, "broken"));
    await symlink("loop", join(folder, root, "loop"));
  }
  await symlink("deep/config.json", join(folder, "models/inside-link"));
  await symlink("../models", join(folder, "models/round"));
  await symlink("models", join(folder, "models-link"));
  served = await servePage({ built: join(folder, "built"), models: join(folder, "models-link"), port: 0 });
});

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends the path unchanged: `fetch` would resolve "..". */
function get(path: string, method = "GET"): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(served.address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    asked.on("error", reject).end();
  });
}

test.each([
  ["/models/deep/config.json", "{}"],
  ["/models/deep/config.json?v=1", "{}"],
  ["/models/inside-link", "{}"],
  ["/models/round/deep/config.json", "{}"],
  ["/models/empty", ""],
  ["/models/a%20b%25.json", "[]"],
  ["/assets/a.js", "1"],
])("serves %s", async (path, body) => {
  expect(await get(path)).toEqual({ status: 200, body });
});

const links = ["absolute-link", "relative-link", "link-to-link", "folder-link/secret", "up/secret", "passwd"];
const paths = String.raw`
/models/broken /models/loop /models/folder-link /models/up /models/deep /models/ /models/%
/models/../secret /models/../models-beside/secret /models/.. /models/./../../etc/passwd
/models/%2e%2e/secret /models/..%2fsecret /models/%2e%2e%2fmodels-beside%2fsecret /models/%252e%252e%252fsecret
/models/..%5csecret /models/..\secret /models/deep%5cconfig.json /models/C:%5cWindows%5cwin.ini
/models//etc/passwd /models/%2fetc%2fpasswd /models/file:///etc/passwd
/models/deep/config.json%00 /models/..%00/secret /models/%00 /models/%c0%ae%c0%ae/secret
/../secret /%2e%2e/secret /..%2fsecret /..%5csecret /@fs/etc/passwd //etc/passwd /assets/../../secret`;

test.each([...links.flatMap((link) => [`/models/${link}`, `/${link}`]), ...paths.trim().split(/\s+/)])(
  "does not serve %s",
  async (path) => {
    const { status, body } = await get(path);
    expect(body).not.toMatch(/secret|root:/);
    expect([400, 403, 404]).toContain(status);
  },
);

test("HEAD works as GET, and nothing can be written", async () => {
  expect(await get("/models/deep/config.json", "HEAD")).toEqual({ status: 200, body: "" });
  expect((await get("/models/passwd", "HEAD")).status).toBe(404);
  expect((await get("/models/deep/config.json", "PUT")).status).toBe(405);
  expect((await get("/models/deep/config.json", "DELETE")).status).toBe(405);
});
