/** Who wants to sign in, as far as the request shows. */
import { clientOf } from "@/lib/platform/server/client-address";
import { readDeviceToken } from "./known-device";

export type Visitor = {
  address: string;
  /** What limits count by; see `Client`. */
  network: string;
  /** As the User-Agent header names it; may be empty. */
  browser: string;
  /** What the browser was given when it signed in before; null for one that never has. */
  deviceToken: string | null;
};

export function visitorOf(headers: Pick<Headers, "get">): Visitor {
  const { address, network, secure } = clientOf(headers);
  return {
    address,
    network,
    browser: (headers.get("user-agent") ?? "").slice(0, 300),
    deviceToken: readDeviceToken(headers.get("cookie"), secure),
  };
}
