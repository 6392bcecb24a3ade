// Runs on Dawn in a separate Node process, and prints the results of the patched kernels as one line of JSON.
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../index.ts";

provideDawn();
await useBackend("webgpu");
// Small tensors would otherwise be computed in JavaScript.
tf.env().set("WEBGPU_CPU_FORWARD", false);

const rows = 70_000;
const softmax = await tf.softmax(tf.tile(tf.tensor2d([[0, 1, 2, 3]]), [rows, 1])).data();
const terms = Array.from({ length: 20 }, (_, i) => tf.fill([300], i));
const sum = await tf.addN(terms).data();
const result = { first: [...softmax.slice(0, 4)], last: [...softmax.slice(-4)], sum: [...new Set(sum)] };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)); // Dawn keeps a process alive
