/** What the removal of the demo deletes and keeps, in words. */
import { counted } from "@/lib/text/counted";
import type { DemoRemoval } from "./remove-demo";

export function demoRemovalToLines(removal: DemoRemoval): string[] {
  const { studies, sampleSets, fineTunes, models, datasets, simulatedVotes, ownVotes, kept } = removal;
  const parts = [
    toPart(studies, "study", "studies"),
    toPart(sampleSets, "sample set", "sample sets"),
    toPart(fineTunes, "fine-tune", "fine-tunes"),
    toPart(models, "model", "models"),
    toPart(datasets, "dataset", "datasets"),
  ].filter((part) => part !== null);
  return [
    ...parts.map((part) => `Removed: ${part}`),
    ...(simulatedVotes > 0
      ? [`Removed: ${counted(simulatedVotes, "simulated vote", "simulated votes")} of the demo’s studies`]
      : []),
    ...(ownVotes > 0
      ? [`Removed: ${counted(ownVotes, "vote", "votes")} that people gave in the demo’s studies`]
      : []),
    ...kept.map(({ kind, name, neededBy }) => `Kept: ${kind} “${name}”, because “${neededBy}” needs it`),
    "Kept: all your own work",
  ];
}

function toPart(names: string[], one: string, many: string): string | null {
  if (names.length === 0) return null;
  return `${counted(names.length, one, many)}: ${names.map((name) => `“${name}”`).join(", ")}`;
}
