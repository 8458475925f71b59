/** Whether a planned import of samples may be stored. */
import { SemblanceError } from "@/lib/errors";
import type { ImportRefusal, SampleImportPlan } from "./plan-import";

/** A message is read by people. */
const mostNamed = 20;

/** Left over and doubtful, as refusals: what nobody has accepted yet. */
export function unaccepted({
  matches,
  surplus,
}: Pick<SampleImportPlan, "matches" | "surplus">): ImportRefusal[] {
  const remedy = "Correct it, or accept that it is imported all the same.";
  return [
    ...surplus.map(({ file, reason }) => ({
      file,
      message: `${file} matches no caption: ${reason}.`,
      remedy,
    })),
    ...matches.flatMap(({ file, caption, doubt }) =>
      doubt === null
        ? []
        : [{ file, message: `${file} may not be for “${caption.text}”: ${doubt}.`, remedy }],
    ),
  ];
}

/** The plan without the doubtful matches that somebody has rejected. @param rejected files */
export function withoutRejected(plan: SampleImportPlan, rejected: readonly string[]): SampleImportPlan {
  const files = new Set(rejected);
  return { ...plan, matches: plan.matches.filter(({ file, doubt }) => doubt === null || !files.has(file)) };
}

/** @throws SemblanceError `invalid_file` that names what forbids the import, or what is not accepted */
export function assertImportable(plan: SampleImportPlan, accept: boolean): void {
  refuseAll(accept ? plan.refusals : [...plan.refusals, ...unaccepted(plan)]);
  if (plan.matches.length === 0) {
    throw new SemblanceError("invalid_file", "None of the images matches a caption of the dataset.", {
      remedy: "Check that the dataset is the one that the images were made for, or match in another way.",
    });
  }
}

/** @throws SemblanceError `invalid_file` where there are any */
export function refuseAll(refusals: readonly ImportRefusal[]): void {
  const [first] = refusals;
  if (!first) return;
  const named = refusals.slice(0, mostNamed).map(({ message }) => message);
  const more = refusals.length - named.length;
  throw new SemblanceError(
    "invalid_file",
    `Nothing was imported. ${named.join(" ")}${more > 0 ? ` And ${more} more.` : ""}`,
    { remedy: first.remedy },
  );
}
