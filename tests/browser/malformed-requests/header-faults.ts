/** Faults of headers: hosts, cookies, the headers of Next's own client, and arbitrary names and values. */
import { bodies, contentTypes } from "./body-faults";
import { type Fault, hex, oddTexts, pick, setHeader } from "./parts";

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

export const headerFaults: Fault[] = [
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

function isSafe(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
