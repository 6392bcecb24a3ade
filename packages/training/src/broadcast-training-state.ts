import { checkValue } from "@bertkit/checks";
import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { groupRule, type Group } from "./group.ts";
import { restoreTrainingState, trainingState, type TrainingParts, type TrainingState } from "./training-state.ts";

/** Copies the weights of rank 0 to every process of a group. `train` calls it before its first step. */
export async function broadcastVariables(model: object, group: Group): Promise<void> {
  checkGroup("broadcastVariables", group);
  for (const variable of variables(model).values()) {
    const values = Float32Array.from(await variable.data());
    await group.broadcast(values);
    if (group.rank !== 0) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, variable.dtype)));
  }
}

/** Copies the training state of rank 0 to every process of a group, for example after rank 0 restored a saved state. */
export async function broadcastTrainingState(parts: TrainingParts, group: Group): Promise<void> {
  checkGroup("broadcastTrainingState", group);
  const { tensors, json } = trainingState(parts);
  const listed = Array.from(tensors, ([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const text = await broadcastText(JSON.stringify({ json, listed }), group);
  const state = JSON.parse(text) as { json: TrainingState["json"]; listed: typeof listed };
  const received = new Map<string, tf.Tensor>();
  for (const { name, shape, dtype } of state.listed) {
    const values =
      group.rank === 0
        ? Float32Array.from(await tensors.get(name)!.data())
        : new Float32Array(shape.reduce((product, length) => product * length, 1));
    await group.broadcast(values);
    if (group.rank !== 0) received.set(name, tf.tensor(values, shape, dtype));
  }
  if (group.rank === 0) return;
  try {
    restoreTrainingState(parts, { tensors: received, json: state.json });
  } finally {
    tf.dispose([...received.values()]);
  }
}

/** The text of rank 0, sent as one number per UTF-8 byte. */
async function broadcastText(text: string, group: Group): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const length = Float32Array.of(bytes.length);
  await group.broadcast(length);
  const values = group.rank === 0 ? Float32Array.from(bytes) : new Float32Array(length[0]!);
  await group.broadcast(values);
  return new TextDecoder().decode(Uint8Array.from(values));
}

function checkGroup(where: string, group: unknown): void {
  checkValue(where, "group", group, groupRule, "Pass mpiGroup() of bertkit/node, or your own.");
}
