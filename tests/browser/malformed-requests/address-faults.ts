/** Faults of addresses and their queries. */
import { bytesOf, type Fault, oddTexts, pick } from "./parts";

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

export const addressFaults: Fault[] = [
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
