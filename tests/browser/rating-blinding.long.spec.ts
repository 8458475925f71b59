/** Blinding: everything that a rater's browser receives during a study is given to a classifier that tries to find the arm. */
import { expect, type Response, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { judgeBlinding, type ReceivedImage } from "./blinding-classifier";
import { begin, shown } from "./rater-at-screen";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

type Received = { url: string; headers: Record<string, string>; body: Buffer };

async function readResponse(response: Response): Promise<Received> {
  // Random for each request, whatever is asked for.
  const { date: _date, "x-request-id": _requestId, ...headers } = await response.allHeaders();
  return { url: response.url(), headers, body: await response.body().catch(() => Buffer.alloc(0)) };
}

test("nothing that a rater's browser receives names, orders or distinguishes the arms", async ({ page }) => {
  test.setTimeout(360_000);
  const study = await openStudyOfPhotographs("blind", { captions: 20, ratersPerItem: 1 });
  const responses: Response[] = [];
  const received: Received[] = [];
  page.on("response", (response) => responses.push(response));
  await begin(page, study.joinPath);
  for (let index = 0; index < study.itemCount; index++) {
    await shown(page);
    // Read as they come: the browser keeps bodies for a while only.
    received.push(...(await Promise.all(responses.splice(0).map(readResponse))));
    await page.keyboard.press("=");
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  received.push(...(await Promise.all(responses.splice(0).map(readResponse))));

  const texts = received.filter(({ url }) => !url.includes("/image/") && !url.includes("/_next/static/"));
  await test.step("no id, hash or name of the database occurs in anything that was sent", async () => {
    const items = await db.item.findMany({
      where: { studyId: study.id },
      include: { images: true, seats: true },
    });
    const secrets = [
      "original",
      "fine-tuned",
      "placement",
      ...items.flatMap(({ id, captionId, images, seats }) => [
        id,
        captionId!,
        ...images.flatMap(({ armId, blobSha256 }) => [armId!, blobSha256!]),
        ...seats.map((seat) => seat.id),
      ]),
    ];
    const sent = received
      .filter(({ url }) => !url.includes("/_next/static/"))
      .map(({ url, headers, body }) => `${url} ${JSON.stringify(headers)} ${body.toString("latin1")}`)
      .join("\n");
    for (const secret of secrets) expect(sent.includes(secret), secret).toBe(false);
  });

  const images = await labelled(study.id, received, texts);
  expect(images).toHaveLength(2 * study.itemCount);

  await test.step("all images look alike from outside: length, dimensions, codec, headers", () => {
    const looks = images.map(({ body, headers }) =>
      JSON.stringify([body.length, body.toString("hex", 0, pngHeadBytes), Object.entries(headers).sort()]),
    );
    expect(new Set(looks).size).toBe(1);
    for (const { headers } of images) {
      expect(headers.etag).toBeUndefined();
      expect(headers["last-modified"]).toBeUndefined();
    }
  });

  await test.step("the classifier names the arm no better than by guessing", () => {
    const verdict = judgeBlinding(images);
    test.info().annotations.push({ type: "blinding", description: JSON.stringify(verdict) });
    expect(verdict.pValue, JSON.stringify(verdict)).toBeGreaterThan(0.002);
  });

  for (const [name, leak] of Object.entries(leaks)) {
    await test.step(`the classifier finds a leak planted in ${name}`, () => {
      const leaky = new Set(images.flatMap(({ arm, itemId }) => (arm === "real" ? [itemId] : [])));
      const verdict = judgeBlinding(
        images.map((image) => (leaky.has(image.itemId) ? leak(image, image.arm === "real") : image)),
      );
      expect(verdict.pValue, JSON.stringify(verdict)).toBeLessThan(0.01);
      expect(verdict.accuracy).toBeGreaterThan(verdict.chance + 0.15);
    });
  }
});

/** What would give photographs away, wherever an item has one among its images. */
const leaks: Record<string, (image: ReceivedImage, isReal: boolean) => ReceivedImage> = {
  "a header": (image, isReal) =>
    isReal ? { ...image, headers: { ...image.headers, "x-cache": "HIT" } } : image,
  "the address": (image, isReal) =>
    isReal ? { ...image, url: image.url.replace(/[^/]*$/, (token) => `r${token.slice(1)}`) } : image,
  "the image's metadata": (image, isReal) =>
    isReal ? { ...image, body: withChunk(image.body, "tEXt", "Software\0camera") } : image,
  "the order of requests": (image, isReal) => ({ ...image, requestedAs: isReal ? 0 : 1 }),
  "the place on the screen": (image, isReal) => ({ ...image, place: isReal ? 0 : 1 }),
  "the payload": (image, isReal) => (isReal ? { ...image, item: { ...image.item, seed: 0 } } : image),
};

/** Bytes of a PNG's signature and its first chunk. */
const pngHeadBytes = 33;

/** The PNG with one chunk more, whose checksum is left empty: the classifier does not read it. */
function withChunk(png: Buffer, type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const chunk = Buffer.concat([length, Buffer.from(type + content, "latin1"), Buffer.alloc(4)]);
  return Buffer.concat([png.subarray(0, pngHeadBytes), chunk, png.subarray(pngHeadBytes)]);
}

/** The images with what the database alone knows: whose they are. */
async function labelled(studyId: string, received: Received[], texts: Received[]): Promise<ReceivedImage[]> {
  const described = new Map<string, Record<string, unknown>>();
  for (const { body } of texts) {
    // The first items come inside the page's script, as a string in a string.
    const text = body.toString("utf8").replaceAll('\\"', '"');
    for (const [json] of text.matchAll(/\{"assignmentId":"[^{}]*\}/g)) {
      const item = JSON.parse(json) as Record<string, unknown>;
      described.set(String(item.assignmentId), item);
    }
  }
  const assignments = await db.assignment.findMany({
    where: { item: { studyId } },
    include: { item: { include: { images: { include: { arm: true } } } } },
  });
  const requested = new Map<string, Received>();
  for (const each of received) {
    if (each.url.includes("/image/") && each.body.length > 0 && !requested.has(each.url)) {
      requested.set(each.url, each);
    }
  }
  return assignments.flatMap(({ id, itemId, placement, imageTokens, item }) => {
    const own = [...requested.values()].filter(({ url }) => imageTokens.includes(url.split("/").at(-1)!));
    return own.map((image, requestedAs) => {
      const place = imageTokens.indexOf(image.url.split("/").at(-1)!);
      const arm = item.images.find(({ position }) => position === placement[place])!.arm!.name;
      return { ...image, itemId, arm, requestedAs, item: described.get(id)!, place };
    });
  });
}
