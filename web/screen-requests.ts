/** All requests that bypass Next, found by their address. */
import { captionerRequests } from "./captioner-requests";
import { raterRequests } from "./rater-requests";
import type { Names, ScreenRequest } from "./screen-request";

export const screenRequests: readonly ScreenRequest[] = [...raterRequests, ...captionerRequests];

const matchers = screenRequests.map((screenRequest) => ({
  screenRequest,
  address: new RegExp(`^${screenRequest.pattern.replaceAll(/\[(\w+)\]/g, "(?<$1>[^/]+)")}$`),
}));

export type FoundScreenRequest = { readonly screenRequest: ScreenRequest; readonly names: Names };

/** What is asked for at a path without its query, whatever the method; null where it is none of these requests. */
export function findScreenRequest(path: string): FoundScreenRequest | null {
  if (!path.startsWith("/api/rate/") && !path.startsWith("/api/caption/")) return null;
  for (const { screenRequest, address } of matchers) {
    const groups = address.exec(path)?.groups;
    if (groups) return { screenRequest, names: { studyId: "", deskId: "", token: "", ...groups } };
  }
  return null;
}
