/** Cases PREFIX.{json,pt,expected.safetensors} of a model: forward pass, sampling, training. */

import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { checkForward } from "./check-forward";
import { checkDdim, checkSample } from "./check-sampling";
import { checkTraining } from "./check-training";
import { loadAllWeights, type ReferenceCase, readReferenceCase } from "./reference-case";

/** One check for each group of keys: `forward.*`, `sample.*`, `ddim.*`, `train.*`. */
export const modelCase: CaseKind = {
  subject: "a model",
  files: [".json", ".pt", ".expected.safetensors"],
  optionalFiles: [".grad-norms.json"],
  check,
};

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const reference = await readReferenceCase(prefix);
  const model = new ModelSessions(reference.model, { provider });
  const groups: CheckedGroup[] = [];
  try {
    if (hasGroup(reference, "forward")) {
      groups.push({ name: "forward", measured: await checkForward(reference, model) });
    }
    if (hasGroup(reference, "sample")) {
      groups.push({ name: "sample", measured: await checkSample(reference, model) });
    }
    if (hasGroup(reference, "ddim")) {
      groups.push({ name: "ddim", measured: await checkDdim(reference, model) });
    }
    if (hasGroup(reference, "train")) {
      groups.push({ name: "train", measured: await trainAgain(reference, provider) });
    }
  } finally {
    await model.release();
  }
  return groups;
}

async function trainAgain(reference: ReferenceCase, provider: ExecutionProvider) {
  const { options } = reference.model;
  const weights = await loadAllWeights(reference.model);
  return checkTraining(reference, { batches: reference, options, weights, provider });
}

function hasGroup(reference: ReferenceCase, group: string): boolean {
  return [...reference.tensors.keys()].some((name) => name.startsWith(`${group}.`));
}
