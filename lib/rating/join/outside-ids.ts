/** The ids that recruiting services append to a study's link, by each service's names for them. */
import type { JoiningPerson } from "./identify-visitor";

/** Ids of a person, of the study and of the session there. */
export type OutsideIds = Pick<JoiningPerson, "externalId" | "externalStudyId" | "externalSessionId">;

/** A recruiting service's names for its ids; see `plainName` for what makes no difference. */
type Service = { externalId: string } & Partial<Record<keyof OutsideIds, string>>;

/** The first service that calls the person by a name that the link has is the one that sent it. */
const services: readonly Service[] = [
  // Prolific
  { externalId: "PROLIFIC_PID", externalStudyId: "STUDY_ID", externalSessionId: "SESSION_ID" },
  // Amazon Mechanical Turk
  { externalId: "workerId", externalStudyId: "hitId", externalSessionId: "assignmentId" },
  // CloudResearch Connect
  { externalId: "participantId", externalStudyId: "projectId", externalSessionId: "assignmentId" },
  // Sona Systems: its documentation has the one name in the study's address, and the other in the way back
  { externalId: "id" },
  { externalId: "survey_code" },
  // Any other
  { externalId: "participant_id", externalStudyId: "study_id", externalSessionId: "session_id" },
];

/** As long as the longest id of any of these services may be (Mechanical Turk's). */
const longestId = 255;

/** What Mechanical Turk sends instead of an id while a worker previews a task. */
const previewId = "ASSIGNMENT_ID_NOT_AVAILABLE";

/**
 * What is wrong with an id. "several": the link has different values for it; "too-long": over 255 characters;
 * "unreadable": spaces or signs that no id has, such as the braces of a placeholder that nobody filled in; "preview":
 * the service only shows the study to somebody who has not accepted it yet.
 */
export type IdProblem = {
  kind: "several" | "too-long" | "empty" | "unreadable" | "preview";
  parameter: string;
};

export type ReadIds = {
  ids: OutsideIds;
  /** The good ids, under the names that the service gave them, to be read again. */
  parameters: Record<string, string>;
  /** Where an id came but cannot be kept; the person's before the others. Visitors are told. */
  problem: IdProblem | null;
};

/** Names and values as an address or a form carries them. */
export type Parameters = Iterable<readonly [name: string, value: unknown]>;

/** Ids without the blanks around them. The same value twice is one. */
export function readOutsideIds(given: Parameters): ReadIds {
  const values = valuesByName(given);
  const service =
    services.find(({ externalId }) => values.has(plainName(externalId))) ??
    services.find((each) => Object.values(each).some((name) => values.has(plainName(name))));
  const read: ReadIds = { ids: {}, parameters: {}, problem: null };
  for (const [field, parameter] of Object.entries(service ?? {}) as [keyof OutsideIds, string][]) {
    const found = values.get(plainName(parameter));
    if (!found) continue;
    const kind = problemOf(found);
    if (kind) read.problem ??= { kind, parameter };
    else {
      read.ids[field] = found[0]!;
      read.parameters[parameter] = found[0]!;
    }
  }
  return read;
}

/** Everything that came under a service's name, good or not. */
export function rawParameters(given: Parameters): [name: string, value: string][] {
  const names = new Set(services.flatMap((service) => Object.values(service)).map(plainName));
  return [...given].flatMap(([name, value]) =>
    names.has(plainName(name)) && typeof value === "string" ? [[name, value] as [string, string]] : [],
  );
}

/**
 * In lower case, without blanks, without the "amp;" of a link that was copied from a page's source, and without the
 * brackets that some form tools append.
 */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(amp;)+/, "")
    .replace(/\[\d*\]$/, "");
}

/** Different values under a plain name, trimmed. */
function valuesByName(given: Parameters): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of given) {
    if (typeof value !== "string") continue;
    const plain = plainName(name);
    const known = values.get(plain) ?? [];
    const id = value.trim();
    values.set(plain, known.includes(id) ? known : [...known, id]);
  }
  return values;
}

function problemOf(values: readonly string[]): IdProblem["kind"] | null {
  if (values.length > 1) return "several";
  const id = values[0]!;
  if (id === "") return "empty";
  if (id === previewId) return "preview";
  if (id.length > longestId) return "too-long";
  // U+FFFD stands for bytes that are no UTF-8.
  return /[\s\p{C}\uFFFD<>{}[\]%$"'`\\]/u.test(id) ? "unreadable" : null;
}
