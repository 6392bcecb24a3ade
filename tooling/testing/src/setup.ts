// Registers all gradients and the cpu and webgl backends; test files select a backend.
import "@tensorflow/tfjs";
import "./matchers.ts";
