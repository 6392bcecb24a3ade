import { gradients } from "@bertkit/tooling/tsup/gradients";
import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  platform: ["gradients", "onnxruntime"],
  noExternal: [/^@tensorflow\/tfjs$/],
  esbuildPlugins: [gradients()],
});
