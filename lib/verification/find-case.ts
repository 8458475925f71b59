/** Finds reference cases by the names of their files, and says what is missing of half ones. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { endingPattern } from "./case-files";
import type { CaseKind } from "./case-kind";
import { caseKinds } from "./case-kinds";
import { referenceJsonKeys } from "./reference-json";

export type FoundCase = {
  readonly kind: CaseKind;
  /** The path of its files without what they have after it. */
  readonly prefix: string;
};

/** A kind that a prefix may be of. `found` are names of files, `missing` names that the kind needs too. */
type Candidate = FoundCase & { readonly found: readonly string[]; readonly missing: readonly string[] };

const kindsWithPatterns = caseKinds.map((kind) => ({
  kind,
  needed: kind.files.map((ending) => ({ ending, pattern: endingPattern(ending) })),
  all: [...kind.files, ...(kind.optionalFiles ?? [])].map(endingPattern),
}));

/**
 * The case of a prefix, or that to which one of its files belongs. It is of the kind that knows most of the files under
 * the prefix.
 *
 * @throws SemblanceError `not_found` where there are no files of a case, `invalid_file` naming those that are missing
 */
export function findCase(path: string): FoundCase {
  const [folder, name] = [dirname(path), basename(path)];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((file) => file === name || file.startsWith(`${name}.`));
  const shorter = files.flatMap(prefixesOf).filter((prefix) => prefix !== name && name.startsWith(prefix));
  const own = likeliest(folder, name, names);
  const others = [...new Set(shorter)].flatMap((prefix) => likeliest(folder, prefix, names));
  const whole = own.find(isWhole) ?? mostFiles(others.filter(isWhole))[0];
  if (whole !== undefined) return whole;
  throw incomplete(name, mostFiles([...own, ...others]));
}

/** The cases in a folder, by name, and those files that look like a case's and belong to none that is whole. */
export function findCases(folder: string): { cases: FoundCase[]; strays: string[] } {
  const names = readdirSync(folder).sort();
  const prefixes = [...new Set(names.flatMap(prefixesOf))];
  const whole = prefixes
    .flatMap((prefix) => likeliest(folder, prefix, names).find(isWhole) ?? [])
    .sort((one, other) => other.found.length - one.found.length);
  const covered = new Set<string>();
  const cases = whole.filter(({ found }) => {
    const isNew = found.some((file) => !covered.has(file));
    for (const file of found) covered.add(file);
    return isNew;
  });
  return {
    cases: cases.sort((one, other) => (one.prefix < other.prefix ? -1 : 1)),
    strays: names.filter((file) => !covered.has(file) && prefixesOf(file).length > 0),
  };
}

/** What may be the prefix of a file of some kind of case. */
function prefixesOf(file: string): string[] {
  return Array.from(file, (_, at) => at)
    .slice(1)
    .filter((at) => kindsWithPatterns.some(({ all }) => all.some((ending) => ending.test(file.slice(at)))))
    .map((at) => file.slice(0, at));
}

/** The kinds that know most of the files under a prefix. */
function likeliest(folder: string, name: string, names: readonly string[]): Candidate[] {
  const prefix = join(folder, name);
  const endings = names.filter((file) => file.startsWith(name)).map((file) => file.slice(name.length));
  // A damaged file may be of any kind, whose check says what is wrong with it.
  const keys = endings.includes(".json") ? referenceJsonKeys(`${prefix}.json`) : [];
  const named = (ending: string) => name + ending;
  const candidates = kindsWithPatterns.map(({ kind, needed, all }) => {
    const isRecognised = keys === null || (kind.recognises?.(keys) ?? true);
    const absent = needed.filter(({ pattern }) => !endings.some((ending) => pattern.test(ending)));
    return {
      kind,
      prefix,
      found: endings.filter((ending) => all.some((pattern) => pattern.test(ending))).map(named),
      missing: [
        ...absent.map(({ ending }) => named(ending)),
        ...(isRecognised || absent.length > 0 ? [] : [`other keys in ${named(".json")}`]),
      ],
    };
  });
  return mostFiles(candidates);
}

const isWhole = ({ missing }: Candidate) => missing.length === 0;

function mostFiles(candidates: readonly Candidate[]): Candidate[] {
  const most = Math.max(1, ...candidates.map(({ found }) => found.length));
  return candidates.filter(({ found }) => found.length === most);
}

function incomplete(name: string, candidates: readonly Candidate[]): SemblanceError {
  if (candidates.length === 0) {
    return new SemblanceError("not_found", `There is no reference case ${name}.`, {
      remedy:
        "Give the path of one of its files, or what their paths have in common: base-tiny for base-tiny.json and base-tiny.pt.",
    });
  }
  const needs = candidates.map(
    ({ kind, missing }, index) =>
      `${index === 0 ? "A case" : "one"} of ${kind.subject} also needs ${missing.join(" and ")}`,
  );
  return new SemblanceError("invalid_file", `${name} is not a whole reference case. ${needs.join("; ")}.`, {
    remedy: "Copy the missing files beside the others, or create the case again.",
  });
}
