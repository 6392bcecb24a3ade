import { type OnnxConstant, writeModel } from "../../onnx/model.ts";
import type { Source } from "../../record/source.ts";
import type { ExternalConstant } from "../../run/session.ts";
import type { FileOptions } from "./write-file-parts.ts";
import type { NamedGraph } from "./name-values.ts";

/** A model for a session of this process. */
export interface SessionModel {
  readonly model: Uint8Array;
  /** Its large constants, as views of the weights. */
  readonly external: readonly ExternalConstant[];
  /** The weights that are inputs, by the inputs' names. */
  readonly weights: ReadonlyMap<string, Source>;
}

/** Smaller constants are inside the model. */
const minBytes = 1024;

/** Writes the model without its large constants: a session that takes them beside it copies them once less, or twice. */
export function writeForSession(
  graph: NamedGraph,
  { opset, customOperators }: Omit<FileOptions, "externalData">,
): Omit<SessionModel, "weights"> {
  const constants = [...graph.constants.values()];
  const external = new Map<OnnxConstant, ExternalConstant>();
  for (const constant of constants)
    if (constant.bytes.length >= minBytes)
      external.set(constant, { location: `constant ${external.size}`, bytes: constant.bytes });
  const writer = writeModel(
    { ...graph, constants },
    {
      operatorSets: new Map([["", opset], ...(customOperators ? [["com.microsoft", 1] as const] : [])]),
      placeOf: (constant) => {
        const location = external.get(constant)?.location;
        return location === undefined ? undefined : { location, offset: 0 };
      },
    },
  );
  return { model: writer.bytes(), external: [...external.values()] };
}
