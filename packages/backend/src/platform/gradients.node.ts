// Chosen by the condition "node" of package.json's imports: in Node only the union package registers the gradients,
// for @tensorflow/tfjs-core's file of them cannot be imported there.
import "@tensorflow/tfjs";
