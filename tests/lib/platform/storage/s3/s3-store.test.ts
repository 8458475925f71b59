/** The object store against a real S3 server, with connections that break and bytes that change on the way. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { ObjectStoreSettings } from "@/lib/env";
import { LocalCache } from "@/lib/platform/storage/local-cache";
import { Bucket } from "@/lib/platform/storage/s3/bucket";
import { openS3Store } from "@/lib/platform/storage/s3/open-s3-store";
import { S3Files } from "@/lib/platform/storage/s3/s3-files";
import { S3Store } from "@/lib/platform/storage/s3/s3-store";
import { Uploads } from "@/lib/platform/storage/s3/upload";
import { startS3Server, startWire } from "@/tests/s3-server";
import { describeBlobStore } from "../blob-store-contract";
import { describeSharedFiles } from "../shared-files-contract";

const bucketName = "semblance-test";
const server = await startS3Server([bucketName]);
afterAll(() => server.stop());

/** Parts of files are small here, so that a few hundred kilobytes have several. */
const partBytes = 100_000;
let stores = 0;

/** An empty store, under a prefix of its own. */
function open(given: Partial<ObjectStoreSettings> = {}, cacheBytes = 1e9) {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = { ...server.settings, ...given };
  const bucket = new Bucket({ kind: "bucket", bucket: bucketName, prefix: `s${stores++}/` }, settings);
  const uploads = new Uploads(bucket, join(folder, "uploads"), partBytes);
  const cache = new LocalCache(join(folder, "cache"), cacheBytes);
  const store = new S3Store(bucket, uploads, cache, settings.givesLinks);
  return { store, files: new S3Files(bucket, uploads), bucket, folder, uploads };
}

async function openWire() {
  const wire = await startWire(server.settings.endpoint!);
  onTestFinished(() => wire.stop());
  return { wire, ...open({ endpoint: wire.endpoint }) };
}

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const keyOf = (sha256: string) => `blobs/${sha256.slice(0, 2)}/${sha256.slice(2)}`;

async function listKeys(bucket: Bucket): Promise<string[]> {
  const { Contents = [] } = await bucket.client.send(
    new ListObjectsV2Command({ Bucket: bucket.name, Prefix: bucket.prefix }),
  );
  return Contents.map(({ Key }) => Key!.slice(bucket.prefix.length));
}

const filesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
    : [];

describeBlobStore("S3Store", async () => {
  const { store, bucket, folder } = open();
  return {
    store,
    tamper: async (sha256) => {
      const bytes = await buffer(await store.read(sha256));
      bytes[500]! ^= 1;
      await bucket.client.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: bucket.keyOf(keyOf(sha256)), Body: bytes }),
      );
      rmSync(join(folder, "cache", sha256.slice(0, 2)), { recursive: true });
    },
  };
});

describeSharedFiles("S3Files", async () => open().files);

test("an upload that breaks in the middle is sent again by itself", async () => {
  const { wire, store } = await openWire();
  let cuts = 2;
  wire.up = (chunk, { up }) => (up > 50_000 && cuts-- > 0 ? null : chunk);
  const bytes = randomBytes(350_000);
  const { sha256 } = await store.put(bytes);
  expect(cuts).toBeLessThan(0);
  expect(
    bytes.equals(
      await buffer(
        await open()
          .store.read(sha256)
          .catch(() => store.read(sha256)),
      ),
    ),
  ).toBe(true);
});

test("one that cannot be finished leaves nothing in the store, and goes on where it ended", async () => {
  const { wire, store, bucket, folder } = await openWire();
  const bytes = randomBytes(1_000_000);
  wire.up = (chunk) => (wire.sent > 600_000 ? null : chunk);
  await expect(store.put(bytes)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("cannot be reached, or ended the connection"),
  });
  expect(await listKeys(open().bucket)).toEqual([]);
  expect(filesIn(join(folder, "cache"))).toEqual([]);
  wire.up = (chunk) => chunk;
  expect(await listKeys(bucket)).toEqual([]);
  wire.sent = 0;
  const { sha256 } = await store.put(bytes);
  expect(wire.sent).toBeLessThan(850_000);
  expect(filesIn(join(folder, "uploads"))).toEqual([]);
  rmSync(join(folder, "cache"), { recursive: true });
  expect(sha256Of(await buffer(await store.read(sha256, { verify: true })))).toBe(sha256);
});

test("an upload that nobody takes up again is given up", async () => {
  const { wire, store, uploads, folder } = await openWire();
  wire.up = (chunk) => (wire.sent > 150_000 ? null : chunk);
  await expect(store.put(randomBytes(300_000))).rejects.toMatchObject({ code: "unavailable" });
  wire.up = (chunk) => chunk;
  expect(filesIn(join(folder, "uploads"))).toHaveLength(1);
  expect(await uploads.abandonBefore(Date.now() - 60_000)).toBe(0);
  expect(await uploads.abandonBefore(Date.now() + 60_000)).toBe(1);
  expect(filesIn(join(folder, "uploads"))).toEqual([]);
});

test("a download that breaks goes on where it ended; one that breaks for ever leaves nothing", async () => {
  const { wire, store, folder } = await openWire();
  const bytes = randomBytes(600_000);
  const { sha256 } = await store.put(bytes);
  const forget = () => rmSync(join(folder, "cache"), { recursive: true });
  forget();
  let received = 0;
  let cuts = 3;
  wire.down = (chunk, { down }) => {
    if (down > 100_000 && cuts-- > 0) return null;
    received += chunk.length;
    return chunk;
  };
  expect(bytes.equals(await buffer(await store.read(sha256, { verify: true })))).toBe(true);
  expect(cuts).toBeLessThan(0);
  expect(received).toBeLessThan(900_000);
  forget();
  wire.down = (chunk, { down }) => (down > 0 ? null : chunk.subarray(0, 100));
  await expect(store.toLocalFile(sha256)).rejects.toMatchObject({ code: "unavailable" });
  expect(filesIn(join(folder, "cache"))).toEqual([]);
});

test("bytes that change on the way in are noticed and removed", async () => {
  const { wire, store, bucket } = await openWire();
  const bytes = Buffer.alloc(20_000, 7);
  wire.up = (chunk) => {
    const at = chunk.indexOf(Buffer.alloc(100, 7));
    if (at >= 0) chunk[at + 50] = 8;
    return chunk;
  };
  await expect(store.put(bytes)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("does not hold the bytes that were sent"),
  });
  expect(await listKeys(bucket)).toEqual([]);
});

test("a damaged object is reported, and keeping the file again repairs it", async () => {
  const { store, files, bucket, folder } = open();
  const bytes = randomBytes(1_100_000);
  const { sha256 } = await store.put(bytes);
  const damage = (name: string) =>
    bucket.client.send(
      new PutObjectCommand({
        Bucket: bucket.name,
        Key: bucket.keyOf(name),
        Body: "not what it was",
        Metadata: { sha256 },
      }),
    );
  await damage(keyOf(sha256));
  rmSync(join(folder, "cache"), { recursive: true });
  await expect(store.toLocalFile(sha256)).rejects.toMatchObject({ code: "invalid_file" });
  expect(filesIn(join(folder, "cache"))).toEqual([]);
  await store.put(bytes);
  rmSync(join(folder, "cache"), { recursive: true });
  expect(bytes.equals(await buffer(await store.read(sha256, { verify: true })))).toBe(true);

  await damage("runs/a/x");
  await expect(files.fetch("runs/a/x", join(folder, "x"))).rejects.toMatchObject({ code: "invalid_file" });
  expect(existsSync(join(folder, "x"))).toBe(false);
});

test("says what is wrong with bucket, keys and address", async () => {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const cache = { folder, limitBytes: 1e9 };
  const place = { kind: "bucket", bucket: bucketName, prefix: "" } as const;
  const absent = openS3Store({ ...place, bucket: "not-there" }, server.settings, cache);
  const wrongKeys = openS3Store(
    place,
    { ...server.settings, keys: { access: "S3RVER", secret: "wrong" } },
    cache,
  );
  const nobody = openS3Store(place, { ...server.settings, keys: { access: "x", secret: "y" } }, cache);
  const nowhere = openS3Store(place, { ...server.settings, endpoint: "http://127.0.0.1:9" }, cache);
  const sha256 = "0".repeat(64);
  for (const [{ blobs, files }, message] of [
    [absent, "There is no bucket “not-there”"],
    [wrongKeys, "refuses the access keys for the bucket “semblance-test”"],
    [nobody, "refuses the access keys"],
    [nowhere, "(http://127.0.0.1:9) cannot be reached"],
  ] as const) {
    const error = {
      code: "unavailable",
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    };
    await expect(blobs.put(Buffer.from("x"))).rejects.toMatchObject(error);
    await expect(blobs.has(sha256)).rejects.toMatchObject(error);
    await expect(blobs.toLocalFile(sha256)).rejects.toMatchObject(error);
    await expect(blobs.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(error);
    await expect(files.fetch("a", join(folder, "a"))).rejects.toMatchObject(error);
    expect(filesIn(folder)).toEqual([]);
  }
});

test("the cache stays within its limit, and what is held stays readable", async () => {
  const { store, folder } = open({}, 250_000);
  const cached = () =>
    filesIn(join(folder, "cache")).length - filesIn(join(folder, "cache", "leases")).length;
  const blobs = [];
  for (let index = 0; index < 6; index++) blobs.push(await store.put(randomBytes(50_000)));
  expect(cached()).toBeLessThanOrEqual(5);
  const held = await store.toLocalFile(blobs[0]!.sha256);
  for (const { sha256 } of blobs) await buffer(await store.read(sha256));
  for (const { sha256 } of blobs) await buffer(await store.read(sha256));
  expect(cached()).toBeLessThanOrEqual(5);
  expect(sha256Of(readFileSync(held.path))).toBe(blobs[0]!.sha256);
  await held.release();
  expect(filesIn(join(folder, "cache", "leases"))).toEqual([]);
  const large = await store.put(randomBytes(400_000));
  expect(sha256Of(await buffer(await store.read(large.sha256)))).toBe(large.sha256);
});

test("gives links where browsers may use them, which end and cannot be changed", async () => {
  const { sha256 } = await open().store.put(Buffer.from("x"));
  expect(await open().store.toLink(sha256, { mediaType: "image/png" })).toBeNull();
  const { store } = open({ givesLinks: true });
  const kept = await store.put(Buffer.from("a picture"));
  const link = (await store.toLink(kept.sha256, { mediaType: "image/png", name: "dog.png" }))!;
  const answer = await fetch(link);
  expect([
    await answer.text(),
    answer.headers.get("content-type"),
    answer.headers.get("content-disposition"),
  ]).toEqual(["a picture", "image/png", 'attachment; filename="dog.png"']);
  expect(new URL(link).searchParams.get("X-Amz-Expires")).toBe("300");
  const other = link.replace(kept.sha256.slice(2), sha256.slice(2));
  expect((await fetch(other)).status).toBe(403);
});
