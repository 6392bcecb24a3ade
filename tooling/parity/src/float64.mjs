// Preloaded before TensorFlow.js, it gives the plain JavaScript backend double precision, by replacing the global
// Float32Array and node:util's test for it. Only for the reference process.
import { types } from "node:util";

globalThis.Float32Array = Float64Array;
types.isFloat32Array = types.isFloat64Array;
