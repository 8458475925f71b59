/** Ctrl-C, `kill` and a closed terminal: the first asks for an orderly end, a later one ends at once. */

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What follows the first signal within this time is the same wish: npm passes the Ctrl-C on that the terminal has
 * sent to its child already.
 */
const oneWishMs = 1000;

export type StopSignals = {
  /** Back to Node's own handling of the signals. */
  readonly release: () => void;
};

/**
 * @param stop called once, at the first signal
 * @param endAtOnce called at a later one; absent: the system ends this process, also while a computation blocks it
 */
export function onStopSignals(stop: () => void, endAtOnce?: () => void): StopSignals {
  let firstAtMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, hear);
  };
  const hear = () => {
    if (firstAtMs === null) {
      firstAtMs = performance.now();
      // Without a listener a signal has its usual effect.
      if (!endAtOnce) timer = setTimeout(release, oneWishMs).unref();
      stop();
    } else if (performance.now() - firstAtMs > oneWishMs) endAtOnce?.();
  };
  for (const signal of signals) process.on(signal, hear);
  return { release };
}
