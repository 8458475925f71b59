/**
 * `npm run demo:check [-- --quick] [--write]`: recomputes every figure that documents and pages say of the demo, from
 * the shipped images, votes and weights, and fails naming those that are off.
 *
 * A document marks a figure as `<!-- demo:NAME -->text<!-- /demo -->`; demo-figures.ts knows the names, `--write` puts
 * the true figures in. Without `--quick` images are drawn as well: some packed ones again, which must come out as they
 * ship, and some of seeds that nobody has chosen by, on which fur and setting must be right as often as claimed.
 */
import { parseArgs } from "node:util";
import { readDemoPack } from "../install/pack";
import { checkClaims } from "./check-claims";
import { checkPack } from "./check-pack";
import { checkFreshSamples, checkPackedSamples } from "./check-samples";
import { demoFigures } from "./demo-figures";
import type { Finding } from "./finding";

export type CheckOptions = {
  /** The pack's folder. */
  readonly folder: string;
  /** Where drawn images of the world are kept between runs. */
  readonly work: string;
  /** Below which README.md and docs/ lie. */
  readonly documents: string;
  readonly quick: boolean;
  readonly write: boolean;
  readonly say: (message: string) => void;
};

/** @returns what is off; empty where every figure holds. @throws SemblanceError as readDemoPack */
export async function checkDemo(options: CheckOptions): Promise<Finding[]> {
  const { folder, work, documents, quick, write, say } = options;
  const pack = await readDemoPack(folder);
  if (pack === null)
    return [{ figure: "pack.json", problem: `is not in ${folder}: npm run demo:build makes it` }];
  const findings: Finding[] = [];
  const add = (found: readonly Finding[]) => {
    findings.push(...found);
    for (const { figure, problem } of found) say(`  off: ${figure} ${problem}`);
  };
  say("Counting, measuring and voting again …");
  add(await checkPack(pack, { folder, work }));
  if (!quick) {
    say("Drawing some packed images again …");
    add(await checkPackedSamples(pack, folder));
    say("Drawing images of other seeds …");
    add(await checkFreshSamples(pack, folder, say));
  }
  say("Reading README.md and docs …");
  add(await checkClaims(await demoFigures(pack, folder), documents, { write }));
  return findings;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      pack: { type: "string", default: "demo/pack" },
      work: { type: "string", default: "demo/work" },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const findings = await checkDemo({
    folder: values.pack,
    work: values.work,
    documents: ".",
    quick: values.quick,
    write: values.write,
    say: console.log,
  });
  console.log(findings.length === 0 ? "Every figure holds." : `\n${findings.length} figures are off.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
