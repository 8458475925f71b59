/** Holds this machine's numbers against those that the reference implementation computed for a small model. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import { ModelSessions } from "../model/model-sessions";
import { checkForward } from "./check-forward";
import { checkDdim, checkSample } from "./check-sampling";
import { checkTraining } from "./check-training";
import { type ReferenceCase, readReferenceCase } from "./reference-case";
import { type Measured, worstOf } from "./relative-error";

export type VerificationCheck = {
  readonly name: "forward" | "sample" | "ddim" | "train";
  /** The relative L2 error of the worst part, worst by the measure of its own tolerance. */
  readonly relativeError: number;
  readonly tolerance: number;
  readonly pass: boolean;
  /** Which tensor of the case the worst part is. */
  readonly worst: string;
};

export type Verification = { readonly checks: readonly VerificationCheck[]; readonly pass: boolean };

/**
 * Runs every check for which the case PREFIX.{json,pt,expected.safetensors} holds values, one for each group of keys:
 * `forward.*`, `sample.*`, `ddim.*`, `train.*`.
 *
 * @throws SemblanceError where a file of the case is absent, damaged or does not fit the others, and where there is
 *   nothing to check.
 */
export async function verifyCase(prefix: string, provider: ExecutionProvider = "cpu"): Promise<Verification> {
  const reference = await readReferenceCase(prefix);
  const model = new ModelSessions(reference.model, { provider });
  const runs: Record<VerificationCheck["name"], () => Promise<Measured[]>> = {
    forward: () => checkForward(reference, model),
    sample: () => checkSample(reference, model),
    ddim: () => checkDdim(reference, model),
    train: () => checkTraining(reference, provider),
  };
  const checks: VerificationCheck[] = [];
  try {
    for (const [name, run] of Object.entries(runs) as [
      VerificationCheck["name"],
      () => Promise<Measured[]>,
    ][]) {
      if (hasGroup(reference, name)) checks.push(summarise(name, await run()));
    }
  } finally {
    await model.release();
  }
  if (checks.length === 0) {
    throw new SemblanceError(
      "invalid_file",
      `${reference.name}.expected.safetensors: there is nothing to check.`,
      {
        remedy: "A case contains tensors named forward.*, sample.*, ddim.* or train.*.",
      },
    );
  }
  return { checks, pass: checks.every(({ pass }) => pass) };
}

function hasGroup(reference: ReferenceCase, group: string): boolean {
  return [...reference.tensors.keys()].some((name) => name.startsWith(`${group}.`));
}

function summarise(name: VerificationCheck["name"], measured: readonly Measured[]): VerificationCheck {
  const { part, relativeError, tolerance } = worstOf(measured);
  return { name, relativeError, tolerance, pass: relativeError <= tolerance, worst: part };
}
