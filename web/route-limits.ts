/** What each address of the site takes: methods, how much a request may bring and how fast, how often one client may come. */
import { type Role, staff } from "@/lib/platform/accounts/roles";
import { uploadLimitsBytes } from "@/lib/platform/storage/receive-upload";

/** A client that comes more often than `perSecond` uses up `burst`, which fills again at the same pace. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/**
 * Generous enough for a lecture hall behind one address: 300 people who open an invitation within a minute, begin, and load
 * their first items. Raters who are known count by themselves (`rater`), everybody else by network.
 */
export const rates = {
  page: { burst: 1500, perSecond: 50 },
  signIn: { burst: 100, perSecond: 1 },
  join: { burst: 1000, perSecond: 20 },
  rater: { burst: 400, perSecond: 20 },
  unknownRater: { burst: 400, perSecond: 10 },
  upload: { burst: 5000, perSecond: 100 },
} as const satisfies Record<string, Rate>;

/** A body that is read whole, before anything else sees the request. */
export type ShortBody = {
  readonly bytes: number;
  readonly withinSeconds: number;
  /** From people who are not signed in; without it, the same as from members. */
  readonly strangersBytes?: number;
};

/** A body that is passed on as it comes, and must keep moving. */
export type LongBody = {
  readonly bytes: number;
  readonly atLeast: { readonly bytes: number; readonly everySeconds: number };
};

export type RouteLimit = {
  /** Variable parts in brackets, of which "[...]" stands for any number. */
  readonly pattern: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** By whose allowance a request counts; null for files that cost nothing. */
  readonly rate: keyof typeof rates | null;
  /** Where POST is taken. */
  readonly body?: ShortBody | LongBody;
  /** A page of the dashboard or the raters: POST is taken for its actions alone. */
  readonly isPage?: true;
  /** Roles of which the sender must be before a body is read. */
  readonly senders?: readonly Role[];
};

const kib = 1024;
const shortForm = { bytes: 16 * kib, withinSeconds: 20 } as const;

/** The first row that fits counts. Everything else is not there. */
export const routeLimits: readonly RouteLimit[] = [
  { pattern: "/_next/static/[...]", methods: ["GET"], rate: null },
  // Images are scaled by ourselves, and raters' pages are always loaded whole.
  { pattern: "/_next/[...]", methods: [], rate: null },
  { pattern: "/__nextjs[...]", methods: [], rate: null },
  { pattern: "/icon.svg", methods: ["GET"], rate: null },
  { pattern: "/healthz", methods: ["GET"], rate: "page" },
  { pattern: "/readyz", methods: ["GET"], rate: "page" },

  { pattern: "/api/auth/callback/[provider]", methods: ["POST"], rate: "signIn", body: shortForm },
  { pattern: "/api/auth/[...]", methods: ["GET", "POST"], rate: "page", body: shortForm },

  // A rater's requests are counted where the rater is known.
  {
    pattern: "/api/rate/[studyId]/open",
    methods: ["POST"],
    rate: null,
    body: { bytes: kib, withinSeconds: 20 },
  },
  {
    pattern: "/api/rate/[studyId]/lease",
    methods: ["POST"],
    rate: null,
    body: { bytes: kib, withinSeconds: 20 },
  },
  {
    pattern: "/api/rate/[studyId]/code",
    methods: ["POST"],
    rate: null,
    body: { bytes: kib, withinSeconds: 20 },
  },
  // Twelve images with all their marks take 50 KiB.
  {
    pattern: "/api/rate/[studyId]/answer",
    methods: ["POST"],
    rate: null,
    body: { bytes: 64 * kib, withinSeconds: 20 },
  },
  {
    pattern: "/api/rate/[studyId]/report",
    methods: ["POST"],
    rate: null,
    body: { bytes: 8 * kib, withinSeconds: 20 },
  },
  { pattern: "/api/rate/[studyId]/[...]", methods: ["GET"], rate: null },
  // Sent as it was built.
  { pattern: "/rate/[studyId]", methods: ["GET"], rate: null },
  { pattern: "/join/[token]/begin", methods: ["POST"], rate: "join", body: shortForm },

  // So are a captioner's.
  {
    pattern: "/api/caption/[deskId]/open",
    methods: ["POST"],
    rate: null,
    body: { bytes: kib, withinSeconds: 20 },
  },
  {
    pattern: "/api/caption/[deskId]/lease",
    methods: ["POST"],
    rate: null,
    body: { bytes: kib, withinSeconds: 20 },
  },
  ...["save", "skip", "tokens"].map((what) => ({
    pattern: `/api/caption/[deskId]/${what}`,
    methods: ["POST"] as const,
    rate: null,
    body: { bytes: 8 * kib, withinSeconds: 20 },
  })),
  { pattern: "/api/caption/[deskId]/[...]", methods: ["GET"], rate: null },
  { pattern: "/caption/[deskId]", methods: ["GET"], rate: null },
  { pattern: "/desk/[link]/begin", methods: ["POST"], rate: "join", body: shortForm },

  {
    pattern: "/api/uploads",
    methods: ["POST"],
    rate: "upload",
    senders: staff,
    // A slow line is welcome, one that stands still is not.
    body: {
      bytes: Math.max(...Object.values(uploadLimitsBytes)),
      atLeast: { bytes: 64 * kib, everySeconds: 60 },
    },
  },
  { pattern: "/api/studies/plan", methods: ["POST"], rate: "page", senders: staff, body: shortForm },
  { pattern: "/api/[...]", methods: ["GET"], rate: "page" },
  // POST: the pages' server actions. Files never travel through them. Who is not signed in (any more) may send
  // as much as a form has, and is then told so in place.
  {
    pattern: "/[...]",
    isPage: true,
    methods: ["GET", "POST"],
    rate: "page",
    body: { bytes: 1024 * kib, withinSeconds: 30, strangersBytes: 64 * kib },
  },
];

const matchers = routeLimits.map((limit) => ({ limit, address: toExpression(limit.pattern) }));

/** @param path without its query, decoded */
export function findRouteLimit(path: string): RouteLimit {
  // The last row fits every path.
  return matchers.find(({ address }) => address.test(path))!.limit;
}

function toExpression(pattern: string): RegExp {
  const source = pattern
    .split(/(\[[^\]]*\])/)
    .map((part) => {
      if (part === "[...]") return "[^]*";
      return part.startsWith("[") ? "[^/]+" : part.replaceAll(".", "[.]");
    })
    .join("");
  return new RegExp(`^${source}$`);
}
