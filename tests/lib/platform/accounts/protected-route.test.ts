import { expect, it } from "vitest";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

it("lets go of a file that HEAD asks about, since nobody will read it", async () => {
  let isHeld = true;
  const file = publicRoute(
    readsOnly,
    async () =>
      new Response(new ReadableStream({ cancel: () => void (isHeld = false) }), {
        headers: { "content-length": "7" },
      }),
  );
  const ask = (method: string) =>
    file(new Request("http://here/file", { method }), { params: Promise.resolve({}) });
  await ask("GET");
  expect(isHeld).toBe(true);
  const answer = await ask("HEAD");
  expect(isHeld).toBe(false);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-length")).toBe("7");
});
