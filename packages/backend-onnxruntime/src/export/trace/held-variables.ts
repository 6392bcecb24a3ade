import * as tf from "@tensorflow/tfjs-core";

interface Held {
  readonly variable: tf.Variable;
  /** Has the variable's values, so that they are not freed. */
  readonly own: tf.Tensor;
}

/**
 * The values of all variables while a function is traced. What the function assigns has no values: the kernels that
 * would compute it are not run.
 */
class HeldVariables {
  readonly #held: readonly Held[];

  constructor() {
    const { registeredVariables, state } = tf.engine();
    this.#held = Object.values(registeredVariables).flatMap((variable) => {
      const { dataId, shape, dtype } = variable;
      const backend = state.tensorInfo.get(dataId)?.backend;
      if (backend === undefined || dtype === "string" || dtype === "complex64") return [];
      backend.incRef(dataId); // not tf.clone, which would move the values to the active backend
      return [{ variable, own: tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype }, backend) }];
    });
  }

  /** Gives the variables that were assigned their values back, and returns their names. */
  restore(): string[] {
    return this.#held.flatMap(({ variable, own }) => {
      const assigned = !variable.isDisposed && variable.dataId !== own.dataId;
      if (assigned) variable.assign(own);
      own.dispose();
      return assigned ? [variable.name] : [];
    });
  }
}

/**
 * Calls a function that is traced.
 * @throws if it assigns a variable, which keeps its values
 */
export function withoutAssignments<T>(where: "compile" | "exportOnnx", run: () => T): T {
  const held = new HeldVariables();
  let assigned: string[] = [];
  let result: T;
  try {
    result = run();
  } finally {
    assigned = held.restore();
  }
  if (assigned.length > 0)
    throw new Error(
      `${where}: the function assigns the variable ${assigned.join(", ")}, which a graph cannot do. Assign it outside of the function; return its new values.`,
    );
  return result;
}
