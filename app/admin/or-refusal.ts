/** Lets a page say in place why something was not computed this time. */
import type { SemblanceError } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";

/** Codes of what a queue, a limit of time or one of memory refuses; true where asking again may help. */
const refusals: Partial<Record<SemblanceError["code"], boolean>> = {
  unavailable: true,
  too_many_requests: true,
  too_large: false,
};

export type Refusal = { readonly refusal: SemblanceError; readonly mayChange: boolean };

/** For `await computeOnce(…).catch(orRefusal)`; any other error goes on. */
export function orRefusal(thrown: unknown): Refusal {
  const refusal = toPlatformError(thrown);
  const mayChange = refusals[refusal.code];
  if (mayChange === undefined) throw thrown;
  return { refusal, mayChange };
}
