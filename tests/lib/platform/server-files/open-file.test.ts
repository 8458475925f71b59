/** Which files may be read for somebody who has typed a path, whatever its links, pipes and names lead to. */
import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listFolder } from "@/lib/datasets/list-folder";
import { env, keptSecret } from "@/lib/env";
import { anyFile, formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { readOpenFile, withOpenFile } from "@/lib/platform/server-files/open-file";
import { isOperatorGrant, operatorGrant } from "@/lib/platform/server-files/operator-grant";

const base = mkdtempSync(join(tmpdir(), "semblance-roots-"));
const data = join(base, "data");
const imports = join(data, "imports");
const shared = join(base, "shared");
const elsewhere = join(base, "elsewhere");

beforeAll(() => {
  process.env.SEMBLANCE_DATA = data;
  // Another root, by a link to it, and one that has the whole data folder in it.
  process.env.SEMBLANCE_IMPORT_ROOTS = [imports, join(base, "link-to-shared"), data].join(":");
  for (const folder of [imports, shared, elsewhere, join(shared, "inner")])
    mkdirSync(folder, { recursive: true });
  symlinkSync(shared, join(base, "link-to-shared"));
  writeFileSync(join(imports, "a.txt"), "a dog");
  writeFileSync(join(shared, "inner", "b.txt"), "b");
  writeFileSync(join(elsewhere, "private.txt"), "private");
  keptSecret("auth-secret");
});
afterAll(() => rmSync(base, { recursive: true }));

const read = (path: string, access = formFiles) =>
  readOpenFile(path, { access, mostBytes: 1e6 }).then(String);
const refused = (path: string, access = formFiles) =>
  expect(read(path, access)).rejects.toMatchObject({ code: "invalid_input" });

describe("a path from a form", () => {
  test("leads to files below the roots, by the root's own name or its target", async () => {
    expect(env().importRoots).toHaveLength(3);
    expect(await read(join(imports, "a.txt"))).toBe("a dog");
    expect(await read(join(base, "link-to-shared", "inner", "b.txt"))).toBe("b");
    expect(await read(join(shared, "inner", "b.txt"))).toBe("b");
    expect(await read(join(shared, "inner", "..", "inner", "b.txt"))).toBe("b");
  });

  test("leads nowhere else, and does not reveal whether a file exists", async () => {
    const texts = await Promise.all(
      ["private.txt", "nothing.txt"].map((name) =>
        read(join(elsewhere, name)).catch((error: Error) => error.message.replace(name, "")),
      ),
    );
    expect(texts[0]).toBe(texts[1]);
    await refused("/etc/passwd");
    await refused(join(imports, "../../elsewhere/private.txt"));
    await refused(`${shared}-other/x`);
  });

  test("names the allowed folders and what the operator can do", async () => {
    await expect(read("/etc/passwd")).rejects.toMatchObject({
      message: "/etc/passwd is not in a folder that may be imported.",
      remedy: expect.stringMatching(new RegExp(`${imports}.*npx semblance.*SEMBLANCE_IMPORT_ROOTS`)),
      details: { field: "path" },
    });
  });

  test.each(["C:\\Users\\me\\a.txt", "\\\\server\\share\\a.txt", "a.txt", "../a.txt", "/etc/\0passwd"])(
    "is rejected where it is not an absolute path of this system: %j",
    (path) => refused(path),
  );

  test("never leads to Semblance's own data, even where a root holds them", async () => {
    await refused(join(data, "secrets", "auth-secret"));
    symlinkSync(join(data, "secrets", "auth-secret"), join(imports, "secret.txt"));
    await refused(join(imports, "secret.txt"));
    symlinkSync(join(data, "secrets"), join(imports, "folder"));
    await refused(join(imports, "folder", "auth-secret"));
  });

  test("is not followed out of the roots by links to files, folders, or what the system shows as files", async () => {
    const links = [
      [join(elsewhere, "private.txt"), "file"],
      ["/proc/self/environ", "environ"],
      ["/dev/zero", "zero"],
    ] as const;
    for (const [target, name] of links) {
      symlinkSync(target, join(shared, name));
      await refused(join(shared, name));
    }
    symlinkSync(elsewhere, join(shared, "out"));
    await refused(join(shared, "out", "private.txt"));
  });

  test("does not lead to a file with another hard link, which may be anywhere", async () => {
    linkSync(join(elsewhere, "private.txt"), join(imports, "hard.txt"));
    await refused(join(imports, "hard.txt"));
    expect(await read(join(imports, "hard.txt"), operatorFiles)).toBe("private");
  });

  test("does not hang on a pipe, and reads no device or folder", { timeout: 5000 }, async () => {
    execFileSync("mkfifo", [join(imports, "pipe.txt")]);
    await refused(join(imports, "pipe.txt"));
    await refused(imports);
  });

  test("is limited to a sensible size", async () => {
    writeFileSync(join(imports, "huge.png"), "");
    truncateSync(join(imports, "huge.png"), 1e12);
    await expect(read(join(imports, "huge.png"))).rejects.toMatchObject({ code: "too_large" });
  });

  test("leads to the file that was checked, even if a link replaces it", async () => {
    const path = join(shared, "inner", "b.txt");
    await withOpenFile(path, { access: formFiles }, async (file) => {
      renameSync(join(shared, "inner"), join(shared, "moved"));
      symlinkSync(elsewhere, join(shared, "inner"));
      writeFileSync(join(elsewhere, "b.txt"), "private");
      expect(String(await readOpenFile(file.path, { access: anyFile, mostBytes: 10 }))).toBe("b");
    });
    rmSync(join(shared, "inner"));
    renameSync(join(shared, "moved"), join(shared, "inner"));
  });
});

test("a folder is repeatedly replaced by a link while files are read, and nothing behind the link is read", async () => {
  const folder = join(shared, "swapped");
  mkdirSync(folder);
  writeFileSync(join(folder, "x.txt"), "mine");
  writeFileSync(join(elsewhere, "x.txt"), "theirs");
  let isOver = false;
  const swapping = (async () => {
    while (!isOver) {
      renameSync(folder, `${folder}-away`);
      symlinkSync(elsewhere, folder);
      await new Promise((resolve) => setImmediate(resolve));
      rmSync(folder);
      renameSync(`${folder}-away`, folder);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const seen = new Set<string>();
  for (let turn = 0; turn < 400; turn++) {
    seen.add(await read(join(folder, "x.txt")).catch((error: { code: string }) => error.code));
  }
  isOver = true;
  await swapping;
  expect(seen).toContain("mine");
  expect(seen).not.toContain("theirs");
});

test("links that lead out of a folder are named, and nothing behind them is listed", async () => {
  const folder = join(shared, "mixed");
  mkdirSync(folder);
  writeFileSync(join(folder, "in.txt"), "");
  symlinkSync(elsewhere, join(folder, "out"));
  symlinkSync(join(elsewhere, "private.txt"), join(folder, "private.txt"));
  symlinkSync(join(shared, "inner"), join(folder, "other"));
  const { files, outside } = await listFolder(folder, formFiles);
  expect(files.map(({ path }) => path)).toEqual(["in.txt", "other/b.txt"]);
  expect(outside).toEqual(["out", "private.txt"]);
  await expect(listFolder(elsewhere, formFiles)).rejects.toMatchObject({ details: { field: "path" } });
});

describe("the operator", () => {
  test("reads what the system allows, but not Semblance's own data and what is not a file", async () => {
    expect(await read(join(elsewhere, "private.txt"), operatorFiles)).toBe("private");
    for (const path of [join(data, "secrets", "auth-secret"), "/proc/self/environ", "/dev/zero"]) {
      await refused(path, operatorFiles);
    }
  });

  test("grants one path to one job; nobody can make a grant without the secrets", () => {
    const grant = operatorGrant("job", "/srv/dogs");
    expect(isOperatorGrant(grant, "job", "/srv/dogs")).toBe(true);
    expect(isOperatorGrant(grant, "job", "/srv")).toBe(false);
    expect(isOperatorGrant(grant, "other", "/srv/dogs")).toBe(false);
    for (const forged of [undefined, "", "x", `${grant}x`]) {
      expect(isOperatorGrant(forged, "job", "/srv/dogs")).toBe(false);
    }
  });
});
