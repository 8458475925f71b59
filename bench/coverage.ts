/**
 * The release gate of the statistics: how often displayed intervals hold the truth, equal arms are distinguished, and
 * plans reach their power, over simulated studies with known truths.
 *
 *   node --import tsx bench/coverage.ts [--quick] [--subjects pairs,scores] [--designs "8 raters"] [--scale 0.5] [--checkpoint FILE]
 *
 * Prints a Markdown table per subject. Exits with 1 where an aim is missed by more than noise: two standard errors, or
 * three in a quick run, which simulates a twentieth of the studies. With --checkpoint, designs that an earlier run
 * finished are read from FILE, a line of JSON each.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { agreement } from "./coverage/agreement";
import { bestWorst, rankings } from "./coverage/choices";
import { type Count, rowsOf, Tallies, tableHead, verdictOf } from "./coverage/claims";
import { claims } from "./coverage/false-claims";
import { gradedPairs } from "./coverage/graded-pairs";
import { pairs } from "./coverage/pairs";
import { planning } from "./coverage/planning";
import { scores } from "./coverage/scores";
import { stopping } from "./coverage/stopping";
import type { Subject } from "./coverage/subject";

const subjects: readonly Subject[] = [
  pairs,
  gradedPairs,
  scores,
  rankings,
  bestWorst,
  claims,
  stopping,
  planning,
  agreement,
];

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    subjects: { type: "string" },
    designs: { type: "string" },
    scale: { type: "string", default: "1" },
    checkpoint: { type: "string" },
  },
});
const scale = Number(flags.scale) / (flags.quick ? 20 : 1);
const tolerance = flags.quick ? 3 : 2;
const wantedSubjects = flags.subjects?.split(",");
const unknown = wantedSubjects?.find((wanted) => !subjects.some(({ name }) => name === wanted));
if (unknown) {
  console.error(
    `No subject is named "${unknown}"; there are ${subjects.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

const done = new Map<string, Count[]>();
if (flags.checkpoint && existsSync(flags.checkpoint)) {
  for (const line of readFileSync(flags.checkpoint, "utf8").split("\n").filter(Boolean)) {
    const { key, counts } = JSON.parse(line) as { key: string; counts: Count[] };
    done.set(key, counts);
  }
}

let missed = 0;
for (const { name: subject, title, designs } of subjects) {
  if (wantedSubjects && !wantedSubjects.includes(subject)) continue;
  const wanted = designs.filter(({ name }) => !flags.designs || name.includes(flags.designs));
  if (wanted.length > 0) console.log(`\n## ${title}`);
  for (const { name, description, studies: whole, prepare } of wanted) {
    const studies = Math.max(10, Math.round(whole * scale));
    const key = `${subject} | ${name} | ${studies}`;
    let counts = done.get(key);
    if (!counts) {
      const tallies = new Tallies();
      const simulate = prepare();
      for (let study = 0; study < studies; study++) await simulate(study, tallies);
      counts = tallies.counts;
      if (flags.checkpoint) appendFileSync(flags.checkpoint, `${JSON.stringify({ key, counts })}\n`);
    }
    console.log(`\n### ${name}\n\n${description}.\n\n${tableHead}\n${rowsOf(counts, tolerance)}`);
    missed += counts.filter((count) => verdictOf(count, tolerance) === "NOT MET").length;
  }
}
console.log(missed === 0 ? "\nAll goals are met." : `\nNOT MET: ${missed} goals.`);
process.exitCode = missed === 0 ? 0 : 1;
