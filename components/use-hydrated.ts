import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether the browser has taken over the page: false on the server and in the first rendering, which must match it. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
