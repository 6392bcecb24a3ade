import { bytesOf, protobufFields, textOf } from "./protobuf/protobuf-fields.ts";

/** The key of the object graph in a TensorFlow 2 checkpoint. */
export const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";

/**
 * Maps the keys of a TensorFlow 2 checkpoint to variable names, from its object graph
 * (tensorflow/core/protobuf/trackable_object_graph.proto): the full name of a variable, such as
 * `transformer/layer_0/output/kernel`, or, if it has none, its path in the graph.
 */
export function variableNames(graph: Uint8Array, keys: readonly string[]): Map<string, string> {
  const wanted = new Set(keys);
  const given = new Map<string, string>();
  for (const node of protobufFields(graph)) {
    if (node.number !== 1) continue;
    for (const attribute of protobufFields(bytesOf(node))) {
      if (attribute.number !== 2) continue;
      const { key, fullName } = parseAttribute(bytesOf(attribute));
      if (fullName !== "" && wanted.has(key)) given.set(key, fullName);
    }
  }
  const timesGiven = new Map<string, number>();
  for (const key of keys) {
    const name = given.get(key);
    if (name !== undefined) timesGiven.set(name, (timesGiven.get(name) ?? 0) + 1);
  }
  return new Map(
    keys.map((key) => {
      const name = given.get(key);
      const path = key.endsWith(suffix) ? key.slice(0, -suffix.length) : key;
      return [key, name !== undefined && timesGiven.get(name) === 1 ? name : path];
    }),
  );
}

function parseAttribute(bytes: Uint8Array): { key: string; fullName: string } {
  let [key, fullName] = ["", ""];
  for (const field of protobufFields(bytes)) {
    if (field.number === 2) fullName = textOf(field);
    if (field.number === 3) key = textOf(field);
  }
  return { key, fullName };
}
