/** Results that many people look at: computed once for as long as what they are computed from stays the same. */
import { SemblanceError } from "@/lib/errors";
import { requestContext } from "@/lib/platform/request/request-context";
import { type ComputeOptions, compute } from "./compute";
import type { ComputationName } from "./registry";

type Input<Name extends ComputationName> = Parameters<typeof compute<Name>>[1];
type Result<Name extends ComputationName> = Awaited<ReturnType<typeof compute<Name>>>;

type Shared = {
  readonly computed: Promise<unknown>;
  readonly stop: AbortController;
  /** How many wait for it. */
  waiting: number;
  isDone: boolean;
};

const mostKept = 50;

// Next bundles this module more than once; results are still kept once, the latest used last.
const holder = globalThis as typeof globalThis & { semblanceComputed?: Map<string, Shared> };
holder.semblanceComputed ??= new Map();
const kept = holder.semblanceComputed;

/**
 * As `compute`. Those who ask while it is being computed wait for the same result; it is ended when all of them have
 * left. Failures are not kept.
 *
 * @param revision changes whenever the result does, the input being the same
 */
export async function computeOnce<Name extends ComputationName>(
  name: Name,
  input: Input<Name>,
  revision: string,
  { owner, signal = requestContext()?.signal ?? undefined }: Omit<ComputeOptions, "onProgress">,
): Promise<Result<Name>> {
  const key = JSON.stringify([name, input, revision]);
  const shared =
    kept.get(key) ??
    begin(key, () => {
      const stop = new AbortController();
      return { stop, computed: compute(name, input, { owner, signal: stop.signal }) };
    });
  kept.delete(key);
  kept.set(key, shared);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  shared.waiting++;
  let leave = () => {};
  try {
    return (await Promise.race([
      shared.computed,
      new Promise((_, reject) => {
        leave = () => reject(new SemblanceError("cancelled", "The computation was cancelled."));
        if (signal?.aborted) leave();
        signal?.addEventListener("abort", leave, { once: true });
      }),
    ])) as Result<Name>;
  } finally {
    signal?.removeEventListener("abort", leave);
    shared.waiting--;
    if (shared.waiting === 0 && !shared.isDone) {
      forget(key, shared);
      shared.stop.abort();
    }
  }
}

function begin(key: string, start: () => Pick<Shared, "computed" | "stop">): Shared {
  const shared: Shared = { ...start(), waiting: 0, isDone: false };
  shared.computed.then(
    () => {
      shared.isDone = true;
    },
    () => forget(key, shared),
  );
  return shared;
}

/** The next request starts again. */
function forget(key: string, shared: Shared): void {
  if (kept.get(key) === shared) kept.delete(key);
}
