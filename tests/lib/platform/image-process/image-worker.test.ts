/** A file that crashes its decoder affects only its own image. */
import { readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { imagesAtOnce, workOnImage } from "@/lib/platform/image-process/image-worker";

/** Processes that this one has started. */
function children(): { pid: number; rssBytes: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        if (!new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status)) return [];
        const isImages = /image-process[.][jt]s/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
        return isImages ? [{ pid: Number(pid), rssBytes: kilobytes * 1024 }] : [];
      } catch {
        return [];
      }
    });
}

const plain = (sidePx: number) =>
  sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: "#a0522d" } });
const small = await plain(200).png().toBuffer();
/** Takes seconds to decode and hundreds of megabytes: all passes are kept until the last. */
const slow = await plain(7000).jpeg({ progressive: true }).toBuffer();

test("an image is checked, rendered for the screen and made blind", async () => {
  const image = { bytes: small, name: "small.png" };
  expect(await workOnImage(image, "check", null)).toMatchObject({ widthPx: 200, isFlawed: false });
  const { whole, bySidePx } = await workOnImage(image, "screen", { sidesPx: [128, 256] });
  expect(whole).toBeNull();
  expect(bySidePx.get(256)).toBeNull();
  expect(await sharp(bySidePx.get(128)!.bytes).metadata()).toMatchObject({ format: "webp", width: 128 });
  expect(
    await sharp((await workOnImage(image, "blind", { sizePx: 64, fit: "crop" })).png).metadata(),
  ).toMatchObject({
    format: "png",
    width: 64,
  });
});

test("errors of the decoder come through, and name the file", async () => {
  await expect(
    workOnImage({ bytes: small.subarray(0, 90), name: "cut.png" }, "check", null),
  ).rejects.toMatchObject({ code: "invalid_file", message: expect.stringContaining("cut.png") });
  await expect(workOnImage({ bytes: Buffer.from("x"), name: "no.png" }, "check", null)).rejects.toMatchObject(
    {
      code: "unsupported_file",
    },
  );
});

describe.skipIf(process.platform !== "linux")("a process that dies", () => {
  test("is restarted; its image is refused by name the second time, and others continue", async () => {
    const failing = workOnImage({ bytes: slow, name: "hostile.jpg" }, "check", null);
    const killing = (async () => {
      const killed = new Set<number>();
      while (killed.size < 2) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        // Once it is at work on the large image.
        for (const { pid, rssBytes } of children()) {
          if (rssBytes < 180e6 || killed.has(pid)) continue;
          process.kill(pid, "SIGSEGV");
          killed.add(pid);
        }
      }
    })();
    await expect(failing).rejects.toMatchObject({
      code: "invalid_file",
      message: "hostile.jpg makes the image decoder crash.",
    });
    await killing;
    expect(await workOnImage({ bytes: small, name: "small.png" }, "check", null)).toMatchObject({
      widthPx: 200,
    });
  });

  test("reports a lack of memory, and uses no more than allowed", async () => {
    await expect(
      workOnImage({ bytes: slow, name: "large.jpg" }, "check", null, { mostMemoryBytes: 180e6 }),
    ).rejects.toMatchObject({ code: "too_large", message: "large.jpg takes too much memory to decode." });
    expect(await workOnImage({ bytes: small, name: "small.png" }, "check", null)).toMatchObject({
      widthPx: 200,
    });
  });
});

test.skipIf(process.platform !== "linux")("no more images are decoded at once than are said", async () => {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, children().length);
  }, 20);
  await Promise.all(
    Array.from({ length: 3 * imagesAtOnce }, (_, i) =>
      workOnImage({ bytes: small, name: `${i}.png` }, "check", null),
    ),
  );
  clearInterval(timer);
  expect(most).toBeLessThanOrEqual(imagesAtOnce);
});
