import { expect, it, vi } from "vitest";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

it("closes the file of a HEAD request, since nobody will read it", async () => {
  const letGo = vi.fn();
  const file = publicRoute(
    readsOnly,
    async () =>
      new Response(new ReadableStream({ cancel: letGo }), {
        headers: { "content-length": "7" },
      }),
  );
  const ask = (method: string) =>
    file(new Request("http://here/file", { method }), { params: Promise.resolve({}) });
  await ask("GET");
  expect(letGo).not.toHaveBeenCalled();
  const answer = await ask("HEAD");
  expect(letGo).toHaveBeenCalledOnce();
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-length")).toBe("7");
});
