/** A planned import of samples as people look at it before anything is stored. */
import { sampleToText } from "../sample-origin";
import type { SampleImportPlan } from "./plan-import";

/** The first ones, and how many others there are. */
export type Listed<Item> = { readonly items: readonly Item[]; readonly more: number };

export type PreviewedMatch = {
  readonly file: string;
  readonly caption: string;
  /** Model, seed and settings in words; null where nothing is said of it. */
  readonly facts: string | null;
};

export type SampleImportPreview = {
  readonly by: string;
  readonly columns: readonly string[];
  readonly placeCount: number;
  readonly matchCount: number;
  readonly matches: Listed<PreviewedMatch>;
  readonly missing: Listed<string>;
  readonly surplus: Listed<{ readonly file: string; readonly reason: string }>;
  readonly doubtful: Listed<{ readonly file: string; readonly caption: string; readonly doubt: string }>;
  /** What forbids the import. */
  readonly refusals: Listed<{ readonly message: string; readonly remedy: string }>;
};

const mostMatches = 12;
const mostListed = 50;

export function toPreview(plan: SampleImportPlan): SampleImportPreview {
  const { by, columns, placeCount, matches } = plan;
  const doubtful = matches.flatMap(({ file, caption, doubt }) =>
    doubt === null ? [] : [{ file, caption: caption.text, doubt }],
  );
  return {
    by,
    columns,
    placeCount,
    matchCount: matches.length,
    matches: list(
      matches.map(({ file, caption, origin }) => {
        const facts = sampleToText({ seed: 0, origin });
        return { file, caption: caption.text, facts: facts === file ? null : facts };
      }),
      mostMatches,
    ),
    missing: list(plan.missing),
    surplus: list(plan.surplus),
    doubtful: list(doubtful),
    refusals: list(plan.refusals.map(({ message, remedy }) => ({ message, remedy }))),
  };
}

function list<Item>(items: readonly Item[], most = mostListed): Listed<Item> {
  return { items: items.slice(0, most), more: Math.max(0, items.length - most) };
}
