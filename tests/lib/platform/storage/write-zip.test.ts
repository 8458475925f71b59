import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, expect, it } from "vitest";
import { writeZip, type ZipEntry } from "@/lib/platform/storage/write-zip";

const folder = await mkdtemp(join(tmpdir(), "semblance-zip-"));
afterAll(() => rm(folder, { recursive: true }));

const tooLarge = { message: "Too large.", remedy: "" };
/** 6 MB: more than waits for the compression at once. */
const lines = Array.from({ length: 60_000 }, (_, line) => `${line},${"caption ".repeat(12)}\n`);
const image = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);

async function* entries(linesAtOnce: number): AsyncGenerator<ZipEntry> {
  async function* pieces() {
    for (let at = 0; at < lines.length; at += linesAtOnce) {
      yield Buffer.from(lines.slice(at, at + linesAtOnce).join(""));
    }
  }
  yield { name: "empty.txt", bytes: new Uint8Array(), isPacked: false };
  yield { name: "votes.csv", bytes: pieces(), isPacked: false };
  yield { name: "pictures/a.png", bytes: image, isPacked: true };
}

it("holds what came in pieces, compressed, and what was packed before as it was", async () => {
  const path = join(folder, "a.zip");
  const sizes: number[] = [];
  const bytes = await writeZip(path, entries(500), tooLarge, (written) => sizes.push(written));
  const zip = await readFile(path);
  expect(zip.length).toBe(bytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(bytes).toBeLessThan(1_000_000);
  // Checks sizes and checksums by itself.
  const files = unzipSync(zip);
  expect(Object.keys(files)).toEqual(["empty.txt", "votes.csv", "pictures/a.png"]);
  expect(Buffer.from(files["votes.csv"]!).toString()).toBe(lines.join(""));
  expect(files["pictures/a.png"]).toEqual(image);
});

it("has the same bytes, however large the pieces are", async () => {
  const [one, other] = [join(folder, "b.zip"), join(folder, "c.zip")];
  await writeZip(one, entries(500), tooLarge);
  await writeZip(other, entries(7001), tooLarge);
  expect((await readFile(one)).equals(await readFile(other))).toBe(true);
});
