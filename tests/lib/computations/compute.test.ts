import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { computeFile, computeIn } from "@/lib/computations/compute";
import { inRequest, requestContext } from "@/lib/platform/request/request-context";

/** More than a stream reads ahead. */
const pixels = Buffer.alloc(1e6, "pixel");

const idle = {
  close: () => {},
  state: () => ({ waiting: 0, running: 0, processes: 1 }),
};

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
    ...idle,
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

  it("hands a file out while it is written, and fails the reader where the rest does not come", async () => {
    const folder = mkdtempSync(join(tmpdir(), "semblance-computed-"));
    const path = join(folder, "votes.csv");
    let fail = (_error: Error) => {};
    computeIn({
      run: ({ onWritten }) => {
        writeFileSync(path, "first");
        onWritten!(path, 5, ["study.exported"]);
        appendFileSync(path, "second");
        onWritten!(path, 11, ["study.exported"]);
        return new Promise((_, reject) => {
          fail = reject;
        });
      },
      ...idle,
    });
    await inRequest({}, async () => {
      const votes = { studyId: "1", criterion: undefined, actor: "ada" };
      const { stream, bytes } = await computeFile("votes-file", votes, { owner: "ada" });
      // Before it is whole its size is unknown, and what was recorded is on record.
      expect([bytes, requestContext()!.recorded]).toEqual([null, ["study.exported"]]);
      const reader = stream.getReader();
      let read = "";
      while (read.length < 11) read += Buffer.from((await reader.read()).value!).toString();
      expect(read).toBe("firstsecond");
      fail(new Error("The database is gone."));
      await expect(reader.read()).rejects.toThrow("The database is gone.");
    });
    rmSync(folder, { recursive: true });
  });

  it("removes it too when the client has left before it is read", async () => {
    const folder = computed();
    const leaving = new AbortController();
    await computeFile("figure", figure, { owner: "ada", signal: leaving.signal });
    leaving.abort();
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false));
  });
});
