import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({ platform: ["files"] });
