/** The pause before a request is sent again. */

export const firstRetryMs = 500;
export const longestRetryMs = 10_000;

/** Until the time is over, or the browser says that it is online again. */
export async function untilRetry(waitMs: number): Promise<void> {
  const retry = new AbortController();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, waitMs);
    window.addEventListener("online", () => resolve(), { signal: retry.signal });
  });
  retry.abort();
}
