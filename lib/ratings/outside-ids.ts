/** The ids that recruiting services append to a study's link, by Prolific's names for them. */
import type { JoiningPerson } from "./join-study";

/** Ids of a person, of the study and of the session there. */
export type OutsideIds = Pick<JoiningPerson, "externalId" | "externalStudyId" | "externalSessionId">;

const parameters = {
  externalId: "PROLIFIC_PID",
  externalStudyId: "STUDY_ID",
  externalSessionId: "SESSION_ID",
} as const satisfies Record<keyof OutsideIds, string>;

/** @param find what the address or form carries under a name; what does not look like an id counts as absent */
export function readOutsideIds(find: (parameter: string) => unknown): OutsideIds {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([field, parameter]) => {
      const value = find(parameter);
      return typeof value === "string" && /^[\w.-]{1,100}$/.test(value) ? [[field, value]] : [];
    }),
  );
}

/** As the service itself would write them, to be read again by `readOutsideIds`. */
export function toParameters(ids: OutsideIds): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([field, parameter]) => {
      const id = ids[field as keyof OutsideIds];
      return id === undefined ? [] : [[parameter, id]];
    }),
  );
}
