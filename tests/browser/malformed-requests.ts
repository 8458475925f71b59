/** Requests as no browser sends them: of each, seed and number determine every byte. */
import { createRandom, type Random } from "@/lib/statistics/random";
import { type SiteRoute, toAddress } from "./routes";

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

type Parts = {
  method: string;
  target: string;
  version: string;
  headers: [name: string, value: string][];
  body: Buffer | null;
  /** False: its length, if any, is among the headers already. */
  hasLength: boolean;
};

export type World = {
  routes: readonly SiteRoute[];
  /** By the name of the address's parameter. */
  ids: Record<string, string>;
  host: string;
  cookies: Record<Visitor, string>;
  /** Of an assignment of the rater. */
  assignmentId: string;
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
  for (let faults = 1 + random.nextInt(3); faults > 0; faults--)
    pick(random, allFaults)(parts, random, world);
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

function bodyOf(pattern: string, method: string, random: Random, { assignmentId }: World): string | null {
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
  if (pattern.endsWith("/uploads")) return "bytes";
  return "consent=yes&csrfToken=x&email=a%40b.example&password=a-wrong-one&json=true";
}

function contentTypeOf(pattern: string, isAction: boolean): string {
  if (isAction) return "text/plain;charset=UTF-8";
  if (pattern.startsWith("/api/rate/")) return "application/json";
  return pattern === "/api/uploads" ? "application/octet-stream" : "application/x-www-form-urlencoded";
}

type Fault = (parts: Parts, random: Random, world: World) => void;

/** Texts that have broken programs, encoded for an address where they must be. */
const oddTexts = [
  "",
  "null",
  "undefined",
  "NaN",
  "-1",
  "0",
  "1e400",
  "2147483648",
  "9223372036854775808",
  "99999999999999999999999999",
  "0x10",
  "1.5",
  "true",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "toString",
  "..",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "%2e%2e%2f",
  "%252e",
  "%00",
  "a%00b",
  "%zz",
  "%",
  "%f",
  "%ff",
  "%c0%ae",
  "%ED%A0%80",
  "%F4%90%80%80",
  "%0d%0aSet-Cookie:a=b",
  "%E2%80%AE",
  "ü",
  "'; DROP TABLE x; --",
  '"><script>alert(1)</script>',
  "{{7*7}}",
  "00000000-0000-0000-0000-000000000000",
  "00000000-0000-0000-0000-00000000000",
  "A0000000-0000-4000-8000-00000000000Z",
  "x".repeat(300),
  "x".repeat(5000),
  "%41".repeat(1500),
  "\ud800",
  "%5C%5C",
  ";a=b",
  ".json",
  ".rsc",
  ".txt",
  ".segments/_tree.segment.rsc",
  "_next/data/x.json",
  "[studyId]",
  "[...x]",
  "(public)",
  "@slot",
];

const queryNames = [
  "page",
  "pageSize",
  "q",
  "sort",
  "order",
  "state",
  "criterion",
  "raters",
  "containing",
  "caption",
  "set",
  "sets",
  "real",
  "metric",
  "side",
  "step",
  "previewStep",
  "logId",
  "download",
  "for",
  "next",
  "problem",
  "PROLIFIC_PID",
  "workerId",
  "assignmentId",
  "study",
  "dataset",
  "from",
  "_rsc",
  "__nextDataReq",
  "nxtPstudyId",
  "callbackUrl",
  "error",
];

const addressFaults: Fault[] = [
  (parts, random) => {
    const segments = parts.target.split("/");
    segments[1 + random.nextInt(segments.length - 1)] = pick(random, oddTexts);
    parts.target = segments.join("/");
  },
  (parts, random) => {
    parts.target += `${pick(random, ["/", "//", "", "%2f"])}${pick(random, oddTexts)}`;
  },
  (parts, random) => {
    const query = Array.from({ length: 1 + random.nextInt(4) }, () => {
      const suffix = pick(random, ["", "", "", "[]", "[a]", "[__proto__]"]);
      return `${pick(random, queryNames)}${suffix}=${pick(random, oddTexts)}`;
    });
    if (random.nextInt(3) === 0) query.push(query[0]!, query[0]!);
    parts.target += `?${query.join("&")}`;
  },
  (parts, random) => {
    const noise = bytesOf(random, 1 + random.nextInt(60)).toString("latin1");
    parts.target += noise.replaceAll(/[\r\n ]/g, "_");
  },
  (parts, random) => {
    parts.target = pick(random, [
      "*",
      "",
      "?",
      "//",
      "/\\",
      "//evil.example/",
      "/..",
      "/./.",
      "/%2e%2e/%2e%2e/etc/passwd",
      "http://evil.example/",
      "https://",
      "evil.example:443",
      "/_next/image?url=%2Ficon.svg&w=64&q=75",
      "/_next/data/development/index.json",
      "/_next/static/../../../package.json",
      "/_next/static/%2e%2e/%2e%2e/package.json",
      "/_next/static/chunks/",
      "/__nextjs_original-stack-frame",
      "/_error",
      "/_document",
      "/_app",
      "/404",
      "/500",
      "/_not-found",
      "/_global-error",
      "/api",
      "/api/",
      "/api/rate",
      "/api/rate//answer",
      "/api/auth",
      "/api/auth/signin",
      "/api/auth/signout",
      "/api/auth/error?error=x",
      "/api/auth/callback/none",
      "/api/auth/verify-request",
      "/api/auth/providers",
      "/favicon.ico",
      "/index",
      "/index.html",
      `/${"a/".repeat(3000)}`,
    ]);
  },
];

const methodFaults: Fault[] = [
  (parts, random) => {
    parts.method = pick(random, [
      ...[
        "TRACE",
        "OPTIONS",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "POST",
        "GET",
        "CONNECT",
        "PROPFIND",
        "M-SEARCH",
      ],
      ...["get", "Post", "GETT", "G ET", "", "\0", "X".repeat(2000), "PRI"],
    ]);
  },
  (parts, random) => {
    parts.version = pick(random, [
      "HTTP/1.0",
      "HTTP/2.0",
      "HTTP/0.9",
      "HTTP/9",
      "HTTP",
      "",
      "http/1.1",
      "HTTP/1.1 x",
    ]);
  },
];

const states = [
  "garbage",
  "%",
  "%zz",
  "null",
  "[]",
  "{}",
  "1",
  encodeURIComponent('["",{}]'),
  encodeURIComponent('["",{"children":["admin",{}]},null,null,true]'),
  encodeURIComponent('["",{"children":"x"}]'),
  encodeURIComponent('[["a","b","c"],{}]'),
  encodeURIComponent('[["id","x","d"],{"children":[["id","%00","d"],{}]},"/x","refetch"]'),
  encodeURIComponent('["",{"children":["__PAGE__?{",{}]},null,"inside-shared-layout"]'),
  encodeURIComponent(`${"[".repeat(2000)}${"]".repeat(2000)}`),
  encodeURIComponent(`["",${'{"children":["a",'.repeat(150)}{}${"]}".repeat(150)}]`),
  "x".repeat(9000),
];

const headerFaults: Fault[] = [
  (parts, random) => {
    setHeader(parts, "Host", [
      pick(random, [
        ...[
          "",
          " ",
          "[",
          "]",
          "[::1",
          "a b",
          "a/b",
          "a@b",
          "evil.example",
          "localhost:99999",
          "localhost:x",
          "%00",
        ],
        ...[
          "127.0.0.1",
          "[::1]:1",
          "x".repeat(300),
          "ü",
          "localhost\t",
          "xn--a",
          "1",
          "0x7f.1",
          "-",
          "..",
          "*",
        ],
      ]),
    ]);
  },
  (parts) => setHeader(parts, "Host", []),
  (parts, random) => setHeader(parts, "Host", ["localhost", pick(random, ["evil.example", "localhost", ""])]),
  (parts, random) => {
    setHeader(parts, "RSC", [pick(random, ["1", "0", "", "garbage", "1, 1"])]);
    if (random.nextInt(4) > 0) setHeader(parts, "Next-Router-State-Tree", [pick(random, states)]);
    if (random.nextInt(2) > 0)
      setHeader(parts, "Next-Router-Prefetch", [pick(random, ["1", "2", "3", "x", ""])]);
    if (random.nextInt(2) > 0) {
      setHeader(parts, "Next-Router-Segment-Prefetch", [
        pick(random, ["/_tree", "/_index", "/_full", "/$d$id$x", "x", "", "/..", "%00", "/__PAGE__"]),
      ]);
    }
    if (random.nextInt(2) > 0)
      setHeader(parts, "Next-Url", [pick(random, ["/", "x", "//evil.example", "%", ""])]);
  },
  (parts, random) => {
    parts.method = "POST";
    setHeader(parts, "Next-Action", [
      pick(random, [
        "x",
        "",
        hex(random, 40),
        hex(random, 42),
        hex(random, 42),
        "0".repeat(5000),
        "__proto__",
        "%00",
      ]),
    ]);
    if (random.nextInt(2) > 0) setHeader(parts, "Next-Router-State-Tree", [pick(random, states)]);
    setHeader(parts, "Content-Type", [pick(random, contentTypes)]);
    parts.body = pick(random, bodies);
  },
  (parts, random) => {
    const name = pick(random, [
      ...[
        "x-middleware-subrequest",
        "x-middleware-rewrite",
        "x-middleware-next",
        "x-invoke-path",
        "x-invoke-status",
      ],
      ...[
        "x-invoke-output",
        "x-nextjs-data",
        "x-matched-path",
        "x-now-route-matches",
        "x-prerender-revalidate",
      ],
      ...[
        "x-nonce",
        "x-path",
        "content-security-policy",
        "x-http-method-override",
        "x-original-url",
        "x-rewrite-url",
      ],
      ...[
        "next-resume",
        "next-test-fetch-priority",
        "next-hmr-refresh",
        "x-deployment-id",
        "x-nextjs-postponed",
      ],
      ...[
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-port",
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
      ],
    ]);
    setHeader(parts, name, [
      pick(random, [...oddTexts.filter(isSafe), "/admin", "1", "https", "evil.example", "500"]),
    ]);
  },
  (parts, random) => {
    setHeader(parts, "Cookie", [
      pick(random, [
        ...[
          "=",
          ";",
          "a",
          "a=%",
          "a=%zz",
          "semblance.session=x",
          `semblance.session=${"x.".repeat(2000)}`,
          "__proto__=1",
        ],
        ...[
          "semblance.session.0=a; semblance.session.1=b",
          "__prerender_bypass=x; __next_preview_data=y",
          "rater-=x",
        ],
        ...[
          "semblance.csrf=%7C",
          "semblance.csrf=a%7Cb%7Cc",
          "semblance.callback=javascript:1",
          "display=%7B",
          "a=\x80",
        ],
        ...[
          "semblance.session=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c",
          "x".repeat(7000),
          "a=1; ".repeat(1500),
        ],
      ]),
    ]);
  },
  (parts, random) => {
    const [name, values] = pick(random, [
      ["Accept", ["", "*", "text/x-component", "text/html;q=x", "application/json", "x".repeat(3000)]],
      ["Accept-Language", ["", "*", "de-DE-x-a;q=9", "xx-".repeat(200), "en_US", "\x80"]],
      ["Accept-Encoding", ["gzip", "br;q=0", "x", "identity;q=0, *;q=0"]],
      ["Range", ["bytes=0-", "bytes=-1", "bytes=9999999-", "bytes=1-0", "x", "bytes=0-1,2-3"]],
      ["If-None-Match", ["*", '"x"', "x", ""]],
      ["If-Modified-Since", ["x", "0", "Thu, 01 Jan 1970 00:00:00 GMT"]],
      ["Origin", ["null", "", "x", "http://evil.example", "http://[", "file://", "http://localhost"]],
      ["Referer", ["", "x", "http://evil.example/%zz"]],
      ["Expect", ["100-continue", "x", ""]],
      ["Upgrade", ["websocket", "h2c", "x"]],
      ["Authorization", ["Basic x", "Bearer x", ""]],
      ["Content-Encoding", ["gzip", "br", "x"]],
      ["Sec-Fetch-Dest", ["image", "document", "x"]],
      ["Sec-Fetch-Site", ["cross-site", "x"]],
      ["Purpose", ["prefetch"]],
      ["Connection", ["upgrade", "keep-alive, upgrade", "x", ""]],
      ["TE", ["trailers", "x"]],
    ] as const);
    setHeader(parts, name, [pick<string>(random, values)]);
  },
  (parts, random) => {
    // One of them announces a body.
    parts.hasLength = false;
    parts.headers.push([
      pick(random, ["", " ", "a b", "a\0", "x".repeat(2000), "ü", ":", "Content-Length", "\tfolded"]),
      pick(random, ["", "\0", "x".repeat(17_000), "a\r\n folded", "\x7f", "1"]),
    ]);
  },
  (parts, random) => {
    for (let left = random.nextInt(300); left > 0; left--) parts.headers.push([`X-${left}`, "x".repeat(30)]);
  },
];

const deep = (count: number) => `${"[".repeat(count)}${"]".repeat(count)}`;

const contentTypes = [
  ...[
    "",
    "x",
    "application/json",
    "text/plain;charset=UTF-8",
    "text/plain;charset=x",
    "application/octet-stream",
  ],
  ...["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a"],
  ...[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=\x80",
    "a/b;".repeat(100),
  ],
];

const bodies: (Buffer | null)[] = [
  null,
  ...[
    "",
    "x",
    "{",
    "[",
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    "[null]",
    '["$undefined"]',
    '["$K1"]',
    '["$F1"]',
    '["$@1"]',
  ],
  ...[
    '["$Q1","$W2","$B3"]',
    '["$1:__proto__:then"]',
    '{"then":"$1:constructor:constructor"}',
    '["$T","$n1","$D"]',
  ],
  ...[
    '{"__proto__":{"a":1}}',
    '{"assignmentId":"x"}',
    '{"assignmentId":null,"answer":[]}',
    "=&=&&",
    "%zz=%00",
    "a=%00",
  ],
  ...[
    deep(5000),
    deep(30_000),
    `[${"1,".repeat(5000)}1]`,
    `"${"x".repeat(70_000)}"`,
    `[1e400,-1e400,${"9".repeat(500)}]`,
  ],
  ...['--a\r\nContent-Disposition: form-data; name="1_x"\r\n\r\n[]\r\n--a--', "--a\r\n\r\n", "--a--", "--a"],
  ...[
    '--a\r\nContent-Disposition: form-data; name="$ACTION_ID_00"\r\n\r\n\r\n--a--\r\n',
    '["\\ud800"]',
    '["\\u0000"]',
  ],
].map((text) => (text === null ? null : Buffer.from(text)));

const bodyFaults: Fault[] = [
  (parts, random) => {
    parts.body = pick(random, bodies);
    if (random.nextInt(3) === 0) setHeader(parts, "Content-Type", [pick(random, contentTypes)]);
  },
  (parts, random) => {
    parts.body = bytesOf(random, random.nextInt(3000));
  },
  (parts, random) => {
    setHeader(parts, "Content-Type", [pick(random, contentTypes)]);
  },
  // One value of a well-formed body becomes another.
  (parts, random) => {
    if (parts.body === null) return;
    const odd = pick(random, [
      ...[
        "null",
        "-1",
        "1e400",
        "2147483648",
        "99999999999999999999",
        '""',
        '"\\u0000"',
        '"\\ud800"',
        "[]",
        "{}",
      ],
      ...['"x"', "true", "0.5", `"${"x".repeat(2000)}"`, '"00000000-0000-4000-8000-000000000000"', deep(50)],
    ]);
    const values = [...parts.body.toString("latin1").matchAll(/(?<=[:[,=])("[^"]*"|[\w.%-]+)/g)];
    const value = values.length > 0 ? pick(random, values) : undefined;
    if (!value) return;
    const text = parts.body.toString("latin1");
    parts.body = Buffer.from(
      text.slice(0, value.index) + odd + text.slice(value.index + value[0].length),
      "latin1",
    );
  },
  (parts, random) => {
    parts.hasLength = false;
    const length = parts.body?.length ?? 0;
    parts.headers.push(
      pick<[string, string]>(random, [
        ["Content-Length", String(length + 1 + random.nextInt(100))],
        ["Content-Length", "-1"],
        ["Content-Length", "x"],
        ["Content-Length", "99999999999999999999"],
        ["Content-Length", "8000000001"],
        ["Content-Length", `${length}, ${length}`],
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "gzip, chunked"],
        ["Transfer-Encoding", "x"],
      ]),
    );
  },
  (parts, random) => {
    const body = parts.body ?? Buffer.from("x");
    parts.hasLength = false;
    parts.headers.push(["Transfer-Encoding", "chunked"]);
    const end = pick(random, [
      "0\r\n\r\n",
      "0\r\nX-Trailer: a\r\n\r\n",
      "zz\r\n",
      "-1\r\n",
      "FFFFFFFFFFFFFFFFFF\r\n",
      "",
    ]);
    parts.body = Buffer.concat([
      Buffer.from(`${body.length.toString(16)}${pick(random, ["", ";a=b"])}\r\n`),
      body,
      Buffer.from(`\r\n${end}`),
    ]);
  },
];

const allFaults: Fault[] = [
  ...[...addressFaults, ...addressFaults],
  ...methodFaults,
  ...[...headerFaults, ...headerFaults],
  ...[...bodyFaults, ...bodyFaults],
];

function isSafe(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function setHeader(parts: Parts, name: string, values: readonly string[]): void {
  const others = parts.headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase());
  parts.headers = [...others, ...values.map((value): [string, string] => [name, value])];
}

function toBytes({ method, target, version, headers, body, hasLength }: Parts): Buffer {
  const all = hasLength && body !== null ? [...headers, ["Content-Length", String(body.length)]] : headers;
  const head = `${method} ${target} ${version}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "utf8"), body ?? Buffer.alloc(0)]);
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.nextInt(items.length)]!;
}

function hex(random: Random, length: number): string {
  return bytesOf(random, Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}

function bytesOf(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.nextInt(256)));
}
