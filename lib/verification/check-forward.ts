/** Compares one forward pass with the reference's. */
import type { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { compareWith, type Measured } from "./measured";
import { type ReferenceValues, referenceFloats, referenceIntegers, referenceTokens } from "./reference-case";

/** A forward pass is a few hundred float32 operations deep; kernels with different orders of summation agree to this. */
const TOLERANCE = 1e-4;

/**
 * Compares `forward.output` with the model's answer to `forward.x`, `.timesteps`, `.tokens`, `.mask`, `.low_res`; for
 * inpainting models with `.inpaint_image` and `.inpaint_mask`, and where they are given `.soft_output` with `.soft_mask`
 * and `.none_output` with neither image nor mask.
 */
export async function checkForward(reference: ReferenceValues, model: ModelSessions): Promise<Measured[]> {
  const { inpaints } = model.architecture;
  const withMask = (name: string) => ({
    images: referenceFloats(reference, "forward.inpaint_image"),
    mask: referenceFloats(reference, name),
  });
  const measured = [
    await compareForward(
      reference,
      model,
      "forward.output",
      inpaints ? withMask("forward.inpaint_mask") : null,
    ),
  ];
  if (reference.tensors.has("forward.soft_output")) {
    const known = withMask("forward.soft_mask");
    measured.push(await compareForward(reference, model, "forward.soft_output", known));
  }
  if (reference.tensors.has("forward.none_output")) {
    measured.push(await compareForward(reference, model, "forward.none_output", null));
  }
  return measured;
}

/** Compares one output of the model, for the inputs of `forward`. */
export async function compareForward(
  reference: ReferenceValues,
  model: ModelSessions,
  part: string,
  known: { images: Float32Array; mask: Float32Array } | null = null,
): Promise<Measured> {
  const timesteps = referenceIntegers(reference, "forward.timesteps");
  const captions = [];
  for (const caption of referenceTokens(reference, "forward", timesteps.length)) {
    captions.push(await model.encodeCaption(caption));
  }
  const output = await model.predict({
    images: referenceFloats(reference, "forward.x"),
    timesteps,
    captions,
    known,
    lowResImages:
      model.architecture.lowResSizePx === null ? null : referenceFloats(reference, "forward.low_res"),
  });
  return compareWith(reference, part, output, TOLERANCE);
}
