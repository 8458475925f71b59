/** What the removal of the demo takes and leaves, in words. */
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
    ...parts.map((part) => `Goes: ${part}`),
    ...(simulatedVotes > 0 ? [`Goes: ${simulatedVotes} simulated votes of the demo’s studies`] : []),
    ...(ownVotes > 0 ? [`Goes: ${ownVotes} votes that people gave in the demo’s studies`] : []),
    ...kept.map(({ kind, name, neededBy }) => `Stays: ${kind} “${name}”, because “${neededBy}” needs it`),
    "Stays: everything of your own",
  ];
}

function toPart(names: string[], one: string, many: string): string | null {
  if (names.length === 0) return null;
  return `${names.length} ${names.length === 1 ? one : many}: ${names.map((name) => `“${name}”`).join(", ")}`;
}
