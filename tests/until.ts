/** Waiting for what other processes do. */

/** Asking must not take the processor from those that are waited for. */
const pauseMs = 100;

/**
 * @param what said where it does not come about
 * @returns milliseconds that it took
 * @throws Error after `withinMs`
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 240_000,
): Promise<number> {
  const start = Date.now();
  while (!(await holds())) {
    if (Date.now() - start > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return Date.now() - start;
}
