/** What a study's link may carry that proves who its visitor is: a personal invitation, or the signature of an id. */
import type { JoiningPerson } from "./identify-visitor";
import type { Parameters } from "./outside-ids";

const names = ["invitation", "signature", "expires"] as const;
const longest = 200;

export type LinkProofs = Pick<JoiningPerson, (typeof names)[number]>;

/** Under the names that links and forms have for them. What cannot be one is left out. */
export function readLinkProofs(given: Parameters): Record<string, string> & LinkProofs {
  const values = new Map(
    [...given].flatMap(([name, value]) =>
      typeof value === "string" && value.trim().length <= longest ? [[name, value.trim()] as const] : [],
    ),
  );
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values.get(name);
      return value ? [[name, value]] : [];
    }),
  );
}
