/** A desk on a dataset of small images, and people who work at it. */
import sharp from "sharp";
import type { OpenDeskInput } from "@/lib/desks/desk-fields";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks } from "@/lib/desks/join/personal-links";
import { openDesk } from "@/lib/desks/open-desk";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";

let counter = 0;
/** Browser tests are run by several processes on one database. */
const fresh = (what: string) => `${what} ${++counter} ${crypto.randomUUID().slice(0, 8)}`;

/** Images of one colour each, without captions. */
export async function makeDataset(images: number): Promise<string> {
  const { id } = await db.dataset.create({ data: { name: fresh("images"), state: "READY" } });
  for (let position = 0; position < images; position++) {
    const background = { r: (37 * position) % 256, g: counter % 256, b: Math.floor(position / 7) };
    const bytes = await sharp({ create: { width: 32, height: 32, channels: 3, background } })
      .png()
      .toBuffer();
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 32, heightPx: 32 });
    const stem = `image-${position}`;
    await db.image.create({
      data: {
        datasetId: id,
        stem,
        fileName: `${stem}.png`,
        position,
        blobSha256: sha256,
        widthPx: 32,
        heightPx: 32,
      },
    });
  }
  return id;
}

export async function makeDesk(
  images: number,
  asked: Partial<OpenDeskInput> = {},
): Promise<{ deskId: string; datasetId: string; link: string }> {
  const datasetId = asked.datasetId ?? (await makeDataset(images));
  const { deskId } = await openDesk({
    name: fresh("desk"),
    selection: "without-caption",
    people: 2,
    overlap: 0,
    peoplePerShared: 2,
    captionsPerImage: 1,
    instructions: "",
    language: "en",
    captionLanguage: "en",
    way: "open-link",
    holdHours: 48,
    showsDrafts: false,
    ...asked,
    datasetId,
  });
  const { linkToken } = await db.desk.findUniqueOrThrow({ where: { id: deskId } });
  return { deskId, datasetId, link: linkToken ?? "" };
}

/** Somebody who comes by a link of their own. */
export async function sitDown({ deskId }: { deskId: string }): Promise<{ id: string; token: string }> {
  const [link] = await makePersonalLinks({ deskId, names: `Person ${++counter}` });
  const visit = { network: "192.0.2.1", device: crypto.randomUUID(), proof: undefined };
  const { captionerId, newToken } = await joinDesk(link!.path.split("/").at(-1)!, { visit });
  return { id: captionerId, token: newToken! };
}

/** Somebody who comes by the desk's link, with a proof of work. */
export async function sitDownByLink(
  { deskId, link }: { deskId: string; link: string },
  { network = "192.0.2.1", device = crypto.randomUUID() as string, name = "Ada" } = {},
): Promise<{ id: string; token: string }> {
  const visit = { network, device, proof: solveChallenge(makeChallenge(deskId)) };
  const { captionerId, newToken } = await joinDesk(link, { name, visit });
  return { id: captionerId, token: newToken! };
}
