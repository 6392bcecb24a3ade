// Prints the features of Dawn's adapter, in a process of its own. Plain JavaScript, which starts faster.
import { create } from "webgpu";

const adapter = await create([]).requestAdapter();
const features = adapter === null ? "" : [...adapter.features].join(" ");
process.stdout.write(` ${features} `, () => process.exit(0));
