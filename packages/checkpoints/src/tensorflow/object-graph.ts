import { bytesOf, protobufFields, textOf } from "./protobuf/protobuf-fields.ts";

/** The key of the object graph in a TensorFlow 2 checkpoint. */
export const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";

/**
 * Maps the keys of a TensorFlow 2 checkpoint to variable names, from its object graph
 * (tensorflow/core/protobuf/trackable_object_graph.proto): the full name of a variable, such as
 * `transformer/layer_0/output/kernel`, or, if it has none, or another variable has the same name, its path in the graph.
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
  const names = new Map<string, string>();
  const keysOf = new Map<string, string[]>();
  const shared: string[] = [];
  const call = (key: string, name: string): void => {
    names.set(key, name);
    const others = keysOf.get(name);
    if (!others) return void keysOf.set(name, [key]);
    others.push(key);
    shared.push(name);
  };
  for (const key of keys) call(key, given.get(key) ?? pathOf(key));
  // A path may be the full name of another variable, which then gets its path too: this adds to the list.
  for (const name of shared) {
    const all = keysOf.get(name)!;
    keysOf.set(
      name,
      all.filter((key) => pathOf(key) === name),
    );
    for (const key of all) if (pathOf(key) !== name) call(key, pathOf(key));
  }
  return names;
}

function pathOf(key: string): string {
  return key.endsWith(suffix) ? key.slice(0, -suffix.length) : key;
}

function parseAttribute(bytes: Uint8Array): { key: string; fullName: string } {
  let [key, fullName] = ["", ""];
  for (const field of protobufFields(bytes)) {
    if (field.number === 2) fullName = textOf(field);
    if (field.number === 3) key = textOf(field);
  }
  return { key, fullName };
}
