import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { computeFile, computeIn } from "@/lib/computations/compute";

/** More than a stream reads ahead. */
const pixels = Buffer.alloc(1e6, "pixel");

/** A file that has been computed. */
function computed(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-computed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "figure.png"), pixels);
  computeIn({
    run: async () => ({
      result: { name: "figure.png", bytes: pixels.length },
      recorded: [],
      folder,
      dispose: async () => rmSync(folder, { recursive: true }),
    }),
    warmUp: () => {},
    close: () => {},
    state: () => ({ waiting: 0, running: 0, processes: 1 }),
  });
  return folder;
}

const figure = { sampleSetIds: [], page: 1, pageSize: 1 };

describe("computeFile", () => {
  it("removes the file when it has been read", async () => {
    const folder = computed();
    const { stream, bytes } = await computeFile("figure", figure, { owner: "ada" });
    expect(bytes).toBe(pixels.length);
    expect((await buffer(stream as never)).equals(pixels)).toBe(true);
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false));
  });

  it("removes it too when the client has left before it is read", async () => {
    const folder = computed();
    const leaving = new AbortController();
    await computeFile("figure", figure, { owner: "ada", signal: leaving.signal });
    leaving.abort();
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false));
  });
});
