import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openImageCaptioner } from "@/lib/metrics/extractors/image-captioner";
import { writeTinyCaptioner } from "./tiny-captioner";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "captioner-"));
  writeTinyCaptioner(join(folder, "tiny"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (r: number, g: number, b: number, width = 20, height = 12) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [r, g, b][i % 3]!),
});

describe("openImageCaptioner", () => {
  test("decodes what the model says of each image", async () => {
    const captioner = await openImageCaptioner({ model: join(folder, "tiny") });
    expect(await captioner.caption(plain(220, 10, 20))).toBe("a red");
    expect(await captioner.caption(plain(10, 20, 240, 5, 30))).toBe("a blue");
    expect(await captioner.caption(plain(10, 200, 20))).toBe("a green");
    await captioner.release();
  });

  test("names a folder that has no such model", async () => {
    await expect(openImageCaptioner({ model: join(folder, "none") })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(join(folder, "none")),
    });
  });
});
