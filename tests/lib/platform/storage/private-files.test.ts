import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { closeDataFolder } from "@/lib/platform/storage/private-files";

const parent = mkdtempSync(join(tmpdir(), "semblance-private-"));
afterAll(() => rmSync(parent, { recursive: true }));
const mode = (path: string) => statSync(path).mode & 0o777;
/** As root, PostgreSQL's own user passes through. */
const top = process.getuid?.() === 0 ? 0o711 : 0o700;

test("a new data folder is private", () => {
  const folder = join(parent, "new");
  closeDataFolder(folder);
  expect(mode(folder)).toBe(top);
});

test("the files of an earlier version's data folder are made private, except those of other owners", () => {
  const folder = join(parent, "old");
  for (const path of ["blobs/ab/cd", "runs/1/state", "logs", "secrets", "features", "imports", "weights"]) {
    mkdirSync(join(folder, path), { recursive: true, mode: 0o755 });
  }
  const own = ["blobs/ab/cd/blob", "runs/1/state/weights", "logs/web.log", "secrets/auth", "features/f"];
  const others = ["imports/photo.png", "weights/clip"];
  for (const path of [...own, ...others]) {
    writeFileSync(join(folder, path), "x");
    chmodSync(join(folder, path), 0o644);
  }
  linkSync(join(folder, "imports/photo.png"), join(folder, "blobs/linked"));
  for (const path of ["", "blobs", "blobs/ab", "runs", "logs"]) chmodSync(join(folder, path), 0o755);
  closeDataFolder(folder);
  expect(mode(folder)).toBe(top);
  for (const path of own) expect(mode(join(folder, path)), path).toBe(0o600);
  for (const path of ["blobs", "blobs/ab", "blobs/ab/cd", "runs/1/state", "logs", "secrets", "features"]) {
    expect(mode(join(folder, path)), path).toBe(0o700);
  }
  for (const path of [...others, "blobs/linked"]) expect(mode(join(folder, path)), path).toBe(0o644);
});
