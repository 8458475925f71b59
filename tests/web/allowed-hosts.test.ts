import { hostname } from "node:os";
import { expect, test } from "vitest";
import { checkHost } from "@/web/allowed-hosts";

const lab = { publicUrl: "https://rate.example.org/", hosts: ["other.example.org"] };

function codeFor(host: string, settings: Parameters<typeof checkHost>[1] = lab): string | null {
  try {
    checkHost(host, settings);
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

test.each([
  "localhost",
  "localhost:3000",
  "LOCALHOST:3000",
  "semblance.localhost:3000",
  "127.0.0.1:3000",
  // A phone in the same network.
  "192.168.1.20:3000",
  "[::1]:3000",
  "[fe80::1]",
  "rate.example.org",
  "Rate.Example.org:443",
  "rate.example.org.",
  "other.example.org",
  hostname(),
  `${hostname()}.local:3000`,
])("answers to %s", (host) => expect(codeFor(host)).toBeNull());

test.each([
  "evil.example",
  "rate.example.org.evil.example",
  "xrate.example.org",
  "localhost.evil.example",
  "example.org",
])("does not answer to %s, which another site may have pointed here", (host) =>
  expect(codeFor(host)).toBe("misdirected"),
);

test.each([
  "",
  " ",
  "a b",
  "[",
  "[]",
  "[::1",
  "[1.2.3.4]",
  "::1",
  "a:b",
  "a:123456",
  "localhost:99999",
  "a/b",
  "a?b",
  "a@b",
  "%",
  "a\u0000b",
  ".",
  "-",
])("refuses %j as no host", (host) => expect(codeFor(host)).toBe("invalid_input"));

test("answers to any name if configured, and only to its own by default", () => {
  expect(codeFor("evil.example", { publicUrl: null, hosts: ["*"] })).toBeNull();
  expect(codeFor("rate.example.org", { publicUrl: null, hosts: [] })).toBe("misdirected");
});
