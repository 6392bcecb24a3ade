// Only the flags that tfjs-backend-webgpu and tfjs-backend-webgl set for their own runs of this suite.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
import "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { useBackend } from "@bertkit/backend";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import { environmentName } from "../test-name.ts";

const parameters = new URLSearchParams(location.search);
const name = parameters.get("backend") as "webgl" | "webgpu";
if (parameters.has("patched")) await useBackend(name, { engine: "tfjs" });
const flags = {
  webgl: { WEBGL_VERSION: 2, WEBGL_CPU_FORWARD: false, WEBGL_SIZE_UPLOAD_UNIFORM: 0 },
  webgpu: { WEBGPU_CPU_FORWARD: false },
}[name];
setTestEnvs([{ name: environmentName, backendName: name, flags, isDataSync: true }]);
