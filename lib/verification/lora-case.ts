/** Cases PREFIX.{json,adapter.safetensors,expected.safetensors} of a low-rank adapter on the base model that it names. */
import { dirname, join } from "node:path";
import { type LoraAdapter, readLora, withLoras } from "@/lib/diffusion/lora/lora-adapter";
import { loraNames } from "@/lib/diffusion/lora/lora-layers";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import type { ModelSource } from "@/lib/diffusion/model/open-model";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareForward } from "./check-forward";
import { checkTraining } from "./check-training";
import { compareWith, type Measured } from "./measured";
import {
  loadAllWeights,
  openReferenceModel,
  type ReferenceValues,
  readReferenceValues,
  referenceText,
} from "./reference-case";

const MERGED_TOLERANCE = 1e-6;
const MERGED = "merged.";

/** `forward.*` with and without the adapter, `merged.*`, `train.*` of A and B alone on the base case's batches. */
export const loraCase: CaseKind = {
  subject: "a low-rank adapter",
  files: [".adapter.safetensors", ".expected.safetensors"],
  optionalFiles: [".json"],
  check,
};

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const reference = await readReferenceValues(`${prefix}.expected.safetensors`);
  const adapter = await readLora(`${prefix}.adapter.safetensors`);
  const basePrefix = join(dirname(prefix), referenceText(reference, "base"));
  const base = await openReferenceModel(basePrefix);
  const adapted = withLoras(base, [{ adapter, scale: 1 }]);
  const batches = await readReferenceValues(`${basePrefix}.expected.safetensors`);
  return [
    {
      name: "forward",
      measured: [
        await forward(reference, adapted, "forward.output", provider),
        await forward(reference, base, "forward.base_output", provider),
      ],
    },
    { name: "merged", measured: await compareMerged(reference, adapted) },
    { name: "train", measured: await trainAdapter(reference, { base, adapter, batches, provider }) },
  ];
}

async function forward(
  reference: ReferenceValues,
  source: ModelSource,
  part: string,
  provider: ExecutionProvider,
): Promise<Measured> {
  const model = new ModelSessions(source, { provider });
  try {
    return await compareForward(reference, model, part);
  } finally {
    await model.release();
  }
}

async function compareMerged(reference: ReferenceValues, adapted: ModelSource): Promise<Measured[]> {
  const parts = [...reference.tensors.keys()].filter((name) => name.startsWith(MERGED));
  const weights = await adapted.loadWeights(parts.map((part) => part.slice(MERGED.length)));
  return parts.map((part) =>
    compareWith(reference, part, weights.get(part.slice(MERGED.length))!.data, MERGED_TOLERANCE),
  );
}

async function trainAdapter(
  reference: ReferenceValues,
  given: { base: ModelSource; adapter: LoraAdapter; batches: ReferenceValues; provider: ExecutionProvider },
): Promise<Measured[]> {
  const { base, adapter, batches, provider } = given;
  const weights = await loadAllWeights(base);
  for (const [weight, { a, b }] of adapter.pairs) {
    const names = loraNames(weight);
    weights.set(names.a, a.slice());
    weights.set(names.b, b.slice());
  }
  const { rank, alpha, pairs } = adapter;
  const lora = { rank, alpha, adapts: (weight: string) => pairs.has(weight) };
  return checkTraining(reference, { batches, options: base.options, weights, lora, provider });
}
