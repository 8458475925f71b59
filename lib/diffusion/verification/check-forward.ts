/** Holds one forward pass against the reference's. */
import type { ModelSessions } from "../model/model-sessions";
import {
  type ReferenceCase,
  referenceFloats,
  referenceIntegers,
  referenceTensor,
  referenceTokens,
} from "./reference-case";
import { type Measured, relativeError } from "./relative-error";

/** A forward pass is a few hundred float32 operations deep; between kernels of different summing order it agrees to this. */
const TOLERANCE = 1e-4;

/** Compares `forward.output` with the model's answer to `forward.x`, `.timesteps`, `.tokens`, `.mask`, `.low_res`. */
export async function checkForward(reference: ReferenceCase, model: ModelSessions): Promise<Measured[]> {
  const timesteps = referenceIntegers(reference, "forward.timesteps");
  const captions = [];
  for (const caption of referenceTokens(reference, "forward", timesteps.length)) {
    captions.push(await model.encodeCaption(caption));
  }
  const output = await model.predict({
    images: referenceFloats(reference, "forward.x"),
    timesteps,
    captions,
    lowResImages:
      model.architecture.lowResSizePx === null ? null : referenceFloats(reference, "forward.low_res"),
  });
  const expected = referenceTensor(reference, "forward.output").data as Float32Array;
  return [
    {
      part: "forward.output",
      relativeError: relativeError(output, expected, "forward.output"),
      tolerance: TOLERANCE,
    },
  ];
}
