/** Data of the current request, command or job, for the code that runs on its behalf. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

export type RequestContext = {
  /** Names the request in logs, audit entries and the response's header. */
  readonly requestId: string;
  /** The client's address; null where there is no client, such as in a worker. */
  readonly address: string | null;
  /** Who acts: an e-mail address, "command line" or "system". */
  readonly actor: string;
  /** Aborts when nobody waits for the answer any more; null where nobody can leave. */
  readonly signal: AbortSignal | null;
  /** Kinds of the audit entries that were written so far. */
  readonly recorded: string[];
  /** A problem during the request that the response must report, whichever code writes it. */
  readonly faults: Set<"database-away">;
};

// Next bundles this module more than once; the storage must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceRequests?: AsyncLocalStorage<RequestContext> };

function storage(): AsyncLocalStorage<RequestContext> {
  holder.semblanceRequests ??= new AsyncLocalStorage();
  return holder.semblanceRequests;
}

/** Null outside of any request. */
export function requestContext(): RequestContext | null {
  return storage().getStore() ?? null;
}

/** Runs `work`, and everything that it calls or leaves running, as one request. */
export function inRequest<Result>(
  given: { requestId?: string; address?: string | null; actor?: string; signal?: AbortSignal | null },
  work: () => Result,
): Result {
  const { requestId = randomUUID(), address = null, actor = "system", signal = null } = given;
  return storage().run({ requestId, address, actor, signal, recorded: [], faults: new Set() }, work);
}

/** Runs `work` for somebody who is known by now, within the request that is being answered. */
export function actingAs<Result>(actor: string, work: () => Result): Result {
  const current = storage().getStore();
  if (!current) return inRequest({ actor }, work);
  return storage().run({ ...current, actor }, work);
}
