/** Requests that no browser would send; seed and number determine every byte. */
import { createRandom, type Random } from "@/lib/statistics/random";
import { type SiteRoute, toAddress } from "../routes";
import { addressFaults } from "./address-faults";
import { bodyFaults } from "./body-faults";
import { headerFaults } from "./header-faults";
import { methodFaults } from "./method-faults";
import { type Fault, hex, type Parts, pick } from "./parts";

export type Visitor = "stranger" | "rater" | "member";

export type MalformedRequest = {
  visitor: Visitor;
  /** As it is sent. */
  bytes: Buffer;
  /** What it was before anything went wrong with it. */
  route: string;
  /** False: the rest of what it announces never comes. */
  isWhole: boolean;
};

export type World = {
  routes: readonly SiteRoute[];
  /** By the name of the address's parameter. */
  ids: Record<string, string>;
  host: string;
  cookies: Record<Visitor, string>;
  /** Of an assignment of the rater. */
  assignmentId: string;
  /** Of a task of the captioner, whose cookie comes with the rater's. */
  taskId: string;
};

/** The request of number `index`. */
export function makeMalformedRequest(seed: number, index: number, world: World): MalformedRequest {
  const random = createRandom(seed * 1_000_003 + index);
  // Pages cost most and differ least in how they read a request.
  const isPage = random.nextInt(5) === 0;
  const route = pick(
    random,
    world.routes.filter(({ kind }) => (kind === "page") === isPage),
  );
  const visitor = pick(random, ["stranger", "stranger", "rater", "member"] as const);
  const parts = makeParts(random, route, visitor, world);
  for (let faults = 1 + random.nextInt(3); faults > 0; faults--) pick(random, allFaults)(parts, random);
  return {
    visitor,
    route: `${parts.method.slice(0, 20)} ${route.pattern}`,
    isWhole: parts.hasLength,
    bytes: toBytes(parts),
  };
}

function makeParts(random: Random, route: SiteRoute, visitor: Visitor, world: World): Parts {
  const method = pick(random, route.methods);
  const isAction = route.kind === "page" && random.nextInt(8) === 0;
  const body = isAction
    ? JSON.stringify([{ id: world.ids.datasetId }])
    : bodyOf(route.pattern, method, random, world);
  return {
    method: isAction ? "POST" : method,
    target: toAddress(route.pattern, world.ids),
    version: "HTTP/1.1",
    headers: [
      ["Host", world.host],
      ["Connection", "close"],
      // Each from elsewhere: what is tested is what lies behind the limits on one client.
      ["X-Forwarded-For", `10.${random.nextInt(256)}.${random.nextInt(256)}.${random.nextInt(256)}`],
      ...(world.cookies[visitor] ? [["Cookie", world.cookies[visitor]] as [string, string]] : []),
      ...(isAction ? [["Next-Action", hex(random, 42)] as [string, string]] : []),
      ...(body === null
        ? []
        : [["Content-Type", contentTypeOf(route.pattern, isAction)] as [string, string]]),
    ],
    body: body === null ? null : Buffer.from(body),
    hasLength: true,
  };
}

function bodyOf(
  pattern: string,
  method: string,
  random: Random,
  { assignmentId, taskId }: World,
): string | null {
  if (method !== "POST") return null;
  if (pattern.endsWith("/answer")) {
    return JSON.stringify({
      assignmentId,
      answer: { type: "pair", winner: "left" },
      marks: [{ place: 0, missedWords: [0], wrongPoints: [{ x: 0.5, y: 0.5 }] }],
      clientKey: `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`,
      latencyMs: 1000,
      viewportPx: "390x844",
      inputKind: "touch",
    });
  }
  if (pattern.endsWith("/report")) {
    return JSON.stringify({ assignmentId, reason: "other", text: "It is odd.", skips: false });
  }
  if (pattern.endsWith("/lease")) return "{}";
  if (pattern.endsWith("/save")) {
    return JSON.stringify({ taskId, position: 0, text: "a brown dog on grass", isFromDraft: false });
  }
  if (pattern.endsWith("/skip")) return JSON.stringify({ taskId, reason: "other", text: "It is odd." });
  if (pattern.endsWith("/tokens")) return JSON.stringify({ text: "a brown dog on grass" });
  if (pattern.endsWith("/uploads")) return "bytes";
  return "consent=yes&csrfToken=x&email=a%40b.example&password=a-wrong-one&json=true";
}

function contentTypeOf(pattern: string, isAction: boolean): string {
  if (isAction) return "text/plain;charset=UTF-8";
  if (/^\/api\/(rate|caption)\//.test(pattern)) return "application/json";
  return pattern === "/api/uploads" ? "application/octet-stream" : "application/x-www-form-urlencoded";
}

const allFaults: Fault[] = [
  ...[...addressFaults, ...addressFaults],
  ...methodFaults,
  ...[...headerFaults, ...headerFaults],
  ...[...bodyFaults, ...bodyFaults],
];

function toBytes({ method, target, version, headers, body, hasLength }: Parts): Buffer {
  const all = hasLength && body !== null ? [...headers, ["Content-Length", String(body.length)]] : headers;
  const head = `${method} ${target} ${version}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "utf8"), body ?? Buffer.alloc(0)]);
}
