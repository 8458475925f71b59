/** The labels of a comparison table's rows: those given, otherwise from the models of a set. */
import { counted } from "@/lib/text/counted";

type Model = { name: string; epoch: number | null; fineTuneId: string | null };

type LabelledSet = {
  name: string;
  /** Null for imported images. */
  baseCheckpoint: Model | null;
  upsamplerCheckpoint: Model | null;
  /** What the table's maker calls it, if anything. */
  given: { group?: string | undefined; name?: string | undefined };
};

export type RowLabel = { group: string; name: string };

/** One for each set, no two alike; a group that all rows share says nothing and is left out. */
export function tableRowLabels(sets: readonly LabelledSet[]): RowLabel[] {
  const labels = sets.map((set) => ({ ...toLabel(set), set: set.name }));
  const shared = labels.length > 1 && labels.every(({ group }) => group === labels[0]!.group);
  return labels.map(({ group, name, set }) => {
    const twins = labels.filter((other) => other.group === group && other.name === name);
    return { group: shared ? "" : group, name: twins.length > 1 ? `${name} (${set})` : name };
  });
}

/** How long the upsampler learnt, and whether the base did: the rows of the report's Table 1. */
function toLabel({
  name,
  given,
  baseCheckpoint: base,
  upsamplerCheckpoint: upsampler,
}: LabelledSet): RowLabel {
  if (given.group !== undefined || given.name !== undefined) {
    return { group: given.group ?? "", name: given.name ?? name };
  }
  if (base === null) return { group: "imported", name };
  const epochs = upsampler && upsampler.epoch !== null ? Number(upsampler.epoch.toFixed(2)) : null;
  return {
    group:
      epochs === null
        ? (upsampler?.name ?? "no upsampler")
        : counted(epochs, "upsampler epoch", "upsampler epochs"),
    name: base.fineTuneId === null ? "real / original" : "real / fine-tuned",
  };
}
