/** Links for other people use the configured address, whatever port the server runs on here. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** As a new process would have it, with its environment read again. */
async function addressWith(
  variables: Record<string, string>,
  { isRunning = true }: { isRunning?: boolean } = {},
): Promise<string> {
  vi.resetModules();
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  for (const [name, value] of Object.entries({ SEMBLANCE_DATA: folder, ...variables }))
    vi.stubEnv(name, value);
  const [{ serverAddress }, { claimDataFolder }] = await Promise.all([
    import("@/lib/platform/server/server-address"),
    import("@/lib/platform/server/server-beacon"),
  ]);
  if (!isRunning) return serverAddress();
  const claim = await claimDataFolder(folder);
  if (!("close" in claim)) throw new Error("the folder was taken");
  claim.setUrl("http://localhost:3007");
  const address = await serverAddress();
  claim.close();
  return address;
}

test("the stated address comes before the running server's own", async () => {
  expect(await addressWith({ SEMBLANCE_URL: "https://rate.example.org/" })).toBe("https://rate.example.org");
});

test("where none is stated, it is the running server's own", async () => {
  expect(await addressWith({ SEMBLANCE_URL: "" })).toBe("http://localhost:3007");
});

test("where none is stated and no server runs, it follows the port", async () => {
  expect(await addressWith({ SEMBLANCE_URL: "", PORT: "80" }, { isRunning: false })).toBe(
    "http://localhost:80",
  );
});
