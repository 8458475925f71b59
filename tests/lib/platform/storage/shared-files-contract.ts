/** What files under names must do in every store. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SharedFiles } from "@/lib/platform/storage/shared-files";

/** @param create gives an empty store */
export function describeSharedFiles(name: string, create: () => Promise<SharedFiles>): void {
  describe(name, () => {
    async function prepare() {
      const folder = await mkdtemp(join(tmpdir(), "semblance-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const write = async (file: string, bytes: Uint8Array) => {
        await writeFile(join(folder, file), bytes);
        return join(folder, file);
      };
      return { files: await create(), folder, write };
    }

    test("hands out what was kept last under a name, also after the local file is gone", async () => {
      const { files, folder, write } = await prepare();
      const path = await write("state", randomBytes(1000));
      await files.put("runs/a/states/x", path);
      const bytes = randomBytes(200_000);
      await rm(path);
      await files.put("runs/a/states/x", await write("state", bytes));
      await rm(path);
      const target = join(folder, "again");
      expect(await files.fetch("runs/a/states/x", target)).toBe(true);
      expect(bytes.equals(await readFile(target))).toBe(true);
      expect((await readdir(folder)).sort()).toEqual(["again"]);
    });

    test("says where there is none, and writes nothing then", async () => {
      const { files, folder } = await prepare();
      expect(await files.fetch("runs/a", join(folder, "x"))).toBe(false);
      expect(existsSync(join(folder, "x"))).toBe(false);
      await files.delete("runs/a");
    });

    test("lists the files below a folder, with size and time", async () => {
      const { files, write } = await prepare();
      const started = Date.now();
      const path = await write("f", randomBytes(7));
      for (const each of ["runs/a/states/1", "runs/a/2", "runs/b/3", "runs-too/4"])
        await files.put(each, path);
      await files.delete("runs/a/2");
      const listed = [];
      for await (const file of files.list("runs")) listed.push(file);
      expect(listed.map((file) => file.name).sort()).toEqual(["runs/a/states/1", "runs/b/3"]);
      for (const { sizeBytes, keptAt } of listed) {
        expect(sizeBytes).toBe(7);
        expect(keptAt.getTime()).toBeGreaterThan(started - 2000);
      }
    });

    test.each(["../x", "/etc/passwd", "", "a//b", "a/../b", ".draft-1"])(
      "rejects the name %j",
      async (bad) => {
        const { files, folder, write } = await prepare();
        const path = await write("f", randomBytes(7));
        await expect(files.put(bad, path)).rejects.toMatchObject({ code: "invalid_input" });
        await expect(files.fetch(bad, join(folder, "g"))).rejects.toMatchObject({ code: "invalid_input" });
        await expect(files.delete(bad)).rejects.toMatchObject({ code: "invalid_input" });
      },
    );
  });
}
