/**
 * Who is at the other end of a request. Anyone can write X-Forwarded headers, so the web server replaces them at its
 * entrance by what is true; everything behind it, Next included, may then read them.
 */
import type { IncomingMessage } from "node:http";
import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import { env } from "@/lib/env";

export type Client = {
  /** IP address in its canonical form; of a connection that has closed already "0.0.0.0". */
  address: string;
  /** What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber has to itself, such as "2001:db8::/64". */
  network: string;
  /** Whether the browser speaks https: a trusted proxy says so, or it asked for the host of a SEMBLANCE_URL with https. */
  secure: boolean;
  /** Host and port that the browser asked for; "" where it named none. */
  host: string;
};

type Address = IPv4 | IPv6;

const unknown = ipaddr.parse("0.0.0.0");

/**
 * The client of a request that has just arrived: the last hop that is not a trusted proxy, since each proxy appends the
 * address that it was called from and everything further left is hearsay.
 *
 * @param trustedProxies IP addresses and CIDR networks
 */
export function findClient(
  { headers, socket }: Pick<IncomingMessage, "headers"> & { socket: { remoteAddress?: string | undefined } },
  trustedProxies: readonly string[] = env().trustedProxies,
): Client {
  const isTrusted = trustIn(trustedProxies);
  const forwarded = listed(headers["x-forwarded-for"]);
  let address = toAddress(socket.remoteAddress) ?? unknown;
  let hops = 0;
  while (hops <= forwarded.length && isTrusted(address)) {
    hops += 1;
    const before = toAddress(forwarded.at(-hops));
    if (!before || hops > forwarded.length) break;
    address = before;
  }
  // What the proxy nearest to the client has said; of those in front of it, the nearest that said anything.
  const said = (name: string) => {
    const values = listed(headers[name]);
    return hops > 0 ? values.at(-Math.min(hops, values.length)) : undefined;
  };
  const host = said("x-forwarded-host") ?? headers.host ?? "";
  return {
    address: address.toString(),
    network: networkOf(address),
    secure: said("x-forwarded-proto")?.toLowerCase() === "https" || isPublicByHttps(host),
    host,
  };
}

function isPublicByHttps(host: string): boolean {
  const { publicUrl } = env();
  if (!publicUrl?.startsWith("https:")) return false;
  return new URL(publicUrl).host === host.toLowerCase();
}

let hasWarned = false;

/** All who come through a proxy that nobody has declared look like one client, and use up each other's allowances. */
function warnOfUndeclaredProxy({ headers, socket }: IncomingMessage): void {
  const address = toAddress(socket.remoteAddress);
  if (hasWarned || !address || headers["x-forwarded-for"] === undefined) return;
  if (address.range() === "unicast" || findPeer(socket.remoteAddress).isProxy) return;
  hasWarned = true;
  console.warn(
    `Requests come through ${address}, which is not among SEMBLANCE_TRUSTED_PROXIES. If it is your proxy, add it: until then, everybody behind it counts as one client.`,
  );
}

/** Replaces what the request claims about its client by what is true. For the server's entrance, before anything reads it. */
export function settleClient(incoming: IncomingMessage): void {
  warnOfUndeclaredProxy(incoming);
  const { address, secure, host } = findClient(incoming);
  const settled: Record<string, string> = {
    "x-forwarded-for": address,
    "x-forwarded-proto": secure ? "https" : "http",
    ...(host ? { host, "x-forwarded-host": host } : {}),
  };
  const isHearsay = (name: string) =>
    name === "forwarded" || name.startsWith("x-forwarded-") || (name === "host" && host !== "");
  // Node derives these two from the raw headers when they are first read, and counts on as many as came.
  const { headers, headersDistinct } = incoming;
  for (const view of [headers, headersDistinct]) {
    for (const name of Object.keys(view)) if (isHearsay(name)) delete view[name];
  }
  const entries = Object.entries(settled);
  Object.assign(headers, settled);
  Object.assign(headersDistinct, Object.fromEntries(entries.map(([name, value]) => [name, [value]])));
  const raw: string[] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index]!;
    if (!isHearsay(name.toLowerCase())) raw.push(name, incoming.rawHeaders[index + 1]!);
  }
  incoming.rawHeaders = [...raw, ...entries.flat()];
}

/** The client of a request that has come through the entrance: in routes `request.headers`, in actions `await headers()`. */
export function clientOf(headers: Pick<Headers, "get">): Client {
  const address = toAddress(headers.get("x-forwarded-for") ?? undefined) ?? unknown;
  return {
    address: address.toString(),
    network: networkOf(address),
    secure: headers.get("x-forwarded-proto") === "https",
    host: headers.get("host") ?? "",
  };
}

/** As `clientOf`, for what has Node's own request in hand. */
export function clientOfRequest({ headers }: Pick<IncomingMessage, "headers">): Client {
  return clientOf({ get: (name) => headers[name]?.toString() ?? null });
}

/** The address under which the browser reached this server, without a slash at the end; SEMBLANCE_URL where it is set. */
export function originOf(headers: Pick<Headers, "get">): string {
  const { secure, host } = clientOf(headers);
  return env().publicUrl ?? `${secure ? "https" : "http"}://${host || `localhost:${env().port}`}`;
}

/** Who has opened a connection, before anything has come through it. */
export function findPeer(
  remoteAddress: string | undefined,
  trustedProxies: readonly string[] = env().trustedProxies,
): { network: string; isProxy: boolean } {
  const address = toAddress(remoteAddress) ?? unknown;
  return { network: networkOf(address), isProxy: trustIn(trustedProxies)(address) };
}

function trustIn(proxies: readonly string[]): (address: Address) => boolean {
  const ranges = proxies.map(toRange);
  return (address) =>
    ranges.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

function networkOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString();
  const subscriber = [...address.toByteArray().slice(0, 8), ...new Array<number>(8).fill(0)];
  return `${ipaddr.fromByteArray(subscriber)}/64`;
}

/** An IPv4 address that came in an IPv6 one counts as itself. Some proxies append the port. */
function toAddress(text: string | undefined): Address | null {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text ?? "") ?? [];
  const bare = (bracketed ?? text ?? "").replace(/%.*$/, "").replace(/^([\d.]+):\d+$/, "$1");
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  return ipaddr.process(bare);
}

function toRange(entry: string): [Address, number] {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  const address = ipaddr.process(entry);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function listed(value: string | string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .flatMap((line) => line.split(","))
    .map((entry) => entry.trim())
    .filter(Boolean);
}
