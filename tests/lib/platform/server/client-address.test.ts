import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { clientOf, findClient, settleClient } from "@/lib/platform/server/client-address";
import { answerWith } from "@/web/fetch-exchange";

const settings = vi.hoisted(() => ({ trustedProxies: [] as string[], publicUrl: null as string | null }));
vi.mock("@/lib/env", async (original) => ({
  ...(await original<typeof import("@/lib/env")>()),
  env: () => settings,
}));

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  socket: { remoteAddress },
  headers,
});
const proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"];

describe("findClient", () => {
  test("trusts no headers by default", () => {
    const forged = {
      "x-forwarded-for": "198.51.100.7",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "evil.example",
    };
    for (const trusted of [[], ["10.0.0.0/8"]]) {
      expect(findClient(from("203.0.113.9", { ...forged, host: "lab.example" }), trusted)).toEqual({
        address: "203.0.113.9",
        network: "203.0.113.9",
        secure: false,
        host: "lab.example",
      });
    }
  });

  test("trusts the headers of a trusted proxy", () => {
    const sent = from("127.0.0.1", {
      "x-forwarded-for": "198.51.100.7",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "rate.example.org",
      host: "localhost:3000",
    });
    expect(findClient(sent, proxies)).toEqual({
      address: "198.51.100.7",
      network: "198.51.100.7",
      secure: true,
      host: "rate.example.org",
    });
  });

  test.each([
    // What a client wrote itself is to the left of what the proxies saw.
    ["1.1.1.1, 198.51.100.7", "198.51.100.7"],
    ["1.1.1.1, 198.51.100.7, 10.2.3.4", "198.51.100.7"],
    ["10.9.9.9, 198.51.100.7, 10.2.3.4", "198.51.100.7"],
    // Somebody inside the proxies' own network.
    ["10.9.9.9", "10.9.9.9"],
    ["", "127.0.0.1"],
    // Nothing beyond an entry that is not an address can be believed.
    ["198.51.100.7, unknown", "127.0.0.1"],
    ["198.51.100.7, unknown, 10.2.3.4", "10.2.3.4"],
    ["198.51.100.7:51234", "198.51.100.7"],
    ["[2001:db8::7]:443", "2001:db8::7"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    // Read as an octal or a single number, these would be other addresses.
    ["010.1.1.1", "127.0.0.1"],
    ["3232235777", "127.0.0.1"],
  ])("X-Forwarded-For: %s comes from %s", (forwarded, address) => {
    expect(findClient(from("127.0.0.1", { "x-forwarded-for": forwarded }), proxies).address).toBe(address);
  });

  test("takes scheme and host from the proxy next to the client, not from the client", () => {
    const sent = from("10.0.0.2", {
      "x-forwarded-for": "6.6.6.6, 198.51.100.7, 10.0.0.1",
      "x-forwarded-proto": "https, http, http",
      "x-forwarded-host": "evil.example, rate.example.org, inner",
    });
    expect(findClient(sent, proxies)).toMatchObject({ secure: false, host: "rate.example.org" });
  });

  test("counts an IPv6 subscriber as one client, and an IPv4-mapped IPv6 address as the IPv4 address", () => {
    expect(findClient(from("2001:db8:1:2:aaaa::1"), []).network).toBe("2001:db8:1:2::/64");
    expect(findClient(from("2001:db8:1:2:bbbb::2"), []).network).toBe("2001:db8:1:2::/64");
    expect(findClient(from("2001:db8:1:3::1"), []).network).not.toBe("2001:db8:1:2::/64");
    expect(findClient(from("fe80::1%eth0"), []).address).toBe("fe80::1");
    expect(findClient(from("::ffff:127.0.0.1", { "x-forwarded-for": "198.51.100.7" }), proxies).address).toBe(
      "198.51.100.7",
    );
  });

  test("assumes https for the public address if that has it", () => {
    const secureAt = (host: string) => findClient(from("203.0.113.9", { host }), []).secure;
    settings.publicUrl = "https://rate.example.org";
    expect(secureAt("Rate.example.org")).toBe(true);
    expect(secureAt("rate.example.org:3000")).toBe(false);
    expect(secureAt("192.168.1.20:3000")).toBe(false);
    settings.publicUrl = "http://rate.example.org";
    expect(secureAt("rate.example.org")).toBe(false);
    settings.publicUrl = null;
  });

  test("works without an address if the connection has closed", () => {
    expect(findClient(from(undefined, { "x-forwarded-for": "1.1.1.1" }), proxies).address).toBe("0.0.0.0");
  });
});

test("no other file reads these headers", () => {
  const files = ["app", "components", "lib", "pages", "web"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  const sources = [
    ...files.filter((name) => /\.tsx?$/.test(name) && !name.includes("/generated/")),
    "proxy.ts",
  ];
  const readers = sources.filter((path) => /["'`]x-forwarded/i.test(readFileSync(path, "utf8")));
  expect(readers).toEqual(["lib/platform/server/client-address.ts"]);
});

describe("settleClient", () => {
  /** What code behind the entrance reads of a request over a real connection. */
  async function ask(headers: Record<string, string | string[]>) {
    const server = createServer((incoming, outgoing) => {
      settleClient(incoming);
      void answerWith(incoming, outgoing, async (request) =>
        Response.json({
          client: clientOf(request.headers),
          node: incoming.headers,
          fetch: Object.fromEntries(request.headers),
          raw: incoming.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
        }),
      );
    });
    server.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { request } = await import("node:http");
    const sent = request({ port, host: "127.0.0.1", headers });
    sent.end();
    const [answer] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
    return JSON.parse(await new Response(answer as never).text());
  }

  const forged = {
    host: "lab.example",
    "X-Forwarded-For": ["6.6.6.6", "198.51.100.7"],
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "rate.example.org",
    "X-Forwarded-Port": "1",
    Forwarded: "for=6.6.6.6",
  };

  test("removes a stranger's values in all forms of the headers", async () => {
    settings.trustedProxies = [];
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    const seen = await ask(forged);
    await ask(forged);
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("through 127.0.0.1"));
    expect(seen.client).toEqual({
      address: "127.0.0.1",
      network: "127.0.0.1",
      secure: false,
      host: "lab.example",
    });
    for (const headers of [seen.node, seen.fetch]) {
      expect(headers).toMatchObject({
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "lab.example",
        host: "lab.example",
      });
      expect(headers).not.toHaveProperty("forwarded");
      expect(headers).not.toHaveProperty("x-forwarded-port");
    }
    expect(seen.raw.filter((name: string) => /forwarded/.test(name)).sort()).toEqual([
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
    ]);
  });

  test("passes on a trusted proxy's values", async () => {
    settings.trustedProxies = ["127.0.0.1"];
    const { client } = await ask(forged);
    expect(client).toEqual({
      address: "198.51.100.7",
      network: "198.51.100.7",
      secure: true,
      host: "rate.example.org",
    });
  });
});
