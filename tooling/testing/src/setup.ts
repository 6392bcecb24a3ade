// Registers every gradient and the cpu and webgl backends; test files then choose a backend.
import "@tensorflow/tfjs";
import "./matchers.ts";
