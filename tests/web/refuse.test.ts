import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { log } from "@/lib/platform/log/log";
import { refuse } from "@/web/refuse";

async function ask(thrown: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const server = createServer((incoming, outgoing) => void refuse(incoming, outgoing, thrown));
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  onTestFinished(() => void server.close());
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
}

const browser = { accept: "text/html,*/*" };

it("answers programs with JSON and people with a page", async () => {
  const busy = new SemblanceError("too_many_requests", "Too many <of them>.", {
    remedy: "Wait.",
    details: { retryAfterSeconds: 3 },
  });
  for (const headers of [{}, browser]) {
    const { status, headers: answered } = await ask(busy, headers);
    expect([status, answered.get("retry-after"), answered.get("cache-control")]).toEqual([
      429,
      "3",
      "no-store",
    ]);
  }
  expect(await (await ask(busy)).json()).toMatchObject({ error: { code: "too_many_requests" } });
  const page = await ask(busy, browser);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).toContain("<h1>Too many &#60;of them&#62;.</h1>");
});

it("names the allowed methods", async () => {
  const wrong = new SemblanceError("method_not_allowed", "No.", { details: { allow: "GET, HEAD" } });
  expect((await ask(wrong, browser)).headers.get("allow")).toBe("GET, HEAD");
});

it.each([
  ["a program", {}],
  ["a person", browser],
])("logs what nobody expected, asked by %s", async (_, headers) => {
  const logged = vi.spyOn(log(), "error").mockImplementation((() => {}) as never);
  onTestFinished(() => logged.mockRestore());
  const thrown = new TypeError("secret");
  const answer = await ask(thrown, headers);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
  expect(logged).toHaveBeenCalledExactlyOnceWith({ err: thrown }, expect.any(String));
});
