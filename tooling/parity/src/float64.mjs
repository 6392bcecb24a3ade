// Preloaded before TensorFlow.js, this turns its pure-JavaScript backend into one of double precision: it makes every
// buffer by the name Float32Array, and knows them by node:util's test. For the reference process alone.
import { types } from "node:util";

globalThis.Float32Array = Float64Array;
types.isFloat32Array = types.isFloat64Array;
