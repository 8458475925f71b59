import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openSource } from "@/lib/datasets/sources/open-source";
import { dataPaths } from "@/lib/env";
import { anyFile, formFiles } from "@/lib/platform/server-files/file-access";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { useDataFolder } from "@/tests/data-folder";
import { tar, tarGz, zip, zipOfZeros } from "./archives";

const dataFolder = useDataFolder();

let sources = 0;
function write(files: Record<string, Buffer | string>): string {
  const folder = join(dataFolder, "imports", `source-${sources++}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Paths and texts of all that a source holds. */
async function read(path: string, access = anyFile) {
  const source = await openSource({ kind: "folder", path }, access);
  try {
    const files: Record<string, string> = {};
    for (const file of source.files) files[file.path] = (await file.read()).toString();
    return { files, remarks: source.remarks, containers: source.containers };
  } finally {
    await source.close();
  }
}

async function readArchive(name: string, bytes: Buffer) {
  return read(join(write({ [name]: bytes }), name));
}

const contents = { "cats/10.jpg": "ten", "cats/2.jpg": "two", "cats/2.txt": "a cat", "__MACOSX/x": "" };
const listed = { "cats/2.jpg": "two", "cats/2.txt": "a cat", "cats/10.jpg": "ten" };

describe("an archive", () => {
  test("gives the files that it would have when unpacked, in natural order", async () => {
    for (const [name, bytes] of [
      ["photos.zip", zip(contents)],
      ["photos.TAR", await tar(contents)],
      ["photos.tar.gz", await tarGz(contents)],
      ["photos.tgz", await tarGz(contents)],
    ] as const) {
      const { files, containers } = await readArchive(name, bytes);
      expect(files).toEqual(listed);
      expect(Object.keys(files)).toEqual(Object.keys(listed));
      expect(containers).toMatchObject([{ path: name, fileCount: 3 }]);
    }
    expect(readdirSync(join(dataPaths().blobs, "drafts"))).toEqual([]);
  });

  test("of Windows or macOS has the names that it had there", async () => {
    const patched = (name: string, patch: (bytes: Buffer) => void) => {
      const bytes = zip({ [name]: "x" });
      patch(bytes);
      return bytes;
    };
    /** Of the entry, and of the directory at the end. */
    const headers = (bytes: Buffer) => [0, bytes.indexOf(Buffer.from("PK\u0001\u0002"))];
    const unmarked = patched("sets/café.jpg", (bytes) => {
      const [entry, directory] = headers(bytes);
      bytes.writeUInt16LE(0, entry! + 6);
      bytes.writeUInt16LE(0, directory! + 8);
    });
    const codePage437 = patched("sets\\caf_.jpg", (bytes) => {
      for (const at of headers(bytes)) bytes[bytes.indexOf("_", at)] = 0x82;
    });
    for (const bytes of [unmarked, codePage437]) {
      expect((await readArchive("photos.zip", bytes)).files).toEqual({ "sets/café.jpg": "x" });
    }
  });

  test("among files is a part of their tree; where paths meet, each archive is a folder", async () => {
    const shards = {
      "notes.csv": "",
      "0.tar": await tar({ "a.jpg": "a" }),
      "1.tar": await tar({ "b.jpg": "b" }),
    };
    expect((await read(write(shards))).files).toEqual({ "a.jpg": "a", "b.jpg": "b", "notes.csv": "" });
    const meeting = { ...shards, "1.tar": await tar({ "a.jpg": "another" }) };
    expect((await read(write(meeting))).files).toEqual({
      "0.tar/a.jpg": "a",
      "1.tar/a.jpg": "another",
      "notes.csv": "",
    });
  });

  test("that was uploaded is read from the store", async () => {
    const { sha256 } = await blobStore().put(zip(contents));
    const source = await openSource({ kind: "upload", files: [{ name: "photos.zip", sha256 }] }, formFiles);
    expect(source.files.map(({ path }) => path)).toEqual(Object.keys(listed));
    await source.close();
  });

  test("that a form names must be in the import folders, as must what a link of that name leads to", async () => {
    const outside = join(dataFolder, "outside.zip");
    writeFileSync(outside, zip(contents));
    await expect(read(outside, formFiles)).rejects.toMatchObject({ code: "invalid_input" });
    const folder = write({ "a.txt": "" });
    symlinkSync(outside, join(folder, "link.zip"));
    await expect(read(join(folder, "link.zip"), formFiles)).rejects.toMatchObject({
      message: expect.stringContaining("leads out of the folders that may be imported"),
    });
    expect((await read(join(write({ "in.zip": zip(contents) }), "in.zip"), formFiles)).files).toEqual(listed);
  });
});

describe("is rejected by name: ", () => {
  const linkMode = 0o120777;
  test.each([
    [
      "zip, absolute path",
      "x.zip",
      () => zip({ "/etc/cron.d/x": "" }),
      "x.zip holds the absolute path /etc/cron.d/x",
    ],
    ["zip, drive", "x.zip", () => zip({ "C:\\x.jpg": "" }), "x.zip holds the absolute path C:/x.jpg"],
    [
      "zip, outside",
      "x.zip",
      () => zip({ "a/../../x": "" }),
      "x.zip holds a/../../x, which leads out of the archive",
    ],
    ["zip, link", "x.zip", () => zip({ l: "/etc" }, { l: linkMode }), "x.zip holds l, which is a link"],
    ["tar, absolute path", "x.tar", () => tar({ "/x.jpg": "" }), "x.tar holds the absolute path /x.jpg"],
    ["tar, outside", "x.tar", () => tar({ "../x.jpg": "" }), "x.tar holds ../x.jpg, which leads out"],
    [
      "tar, link",
      "x.tar",
      () => tar({}, [{ name: "l", type: "symlink", linkname: "/etc/passwd" }]),
      "l, which is a link",
    ],
    [
      "tar, hard link",
      "x.tar",
      () => tar({}, [{ name: "l", type: "link", linkname: "a" }]),
      "l, which is a hard link",
    ],
    [
      "tar, device",
      "x.tar",
      () => tar({}, [{ name: "d", type: "block-device" }]),
      "d, which is not a regular file",
    ],
    ["zip, none", "x.zip", () => Buffer.from("not a zip"), "x.zip is not a readable zip file"],
    ["tar, none", "x.tar", () => Buffer.alloc(2048, 65), "x.tar is not a readable tar file"],
    [
      "tar, cut off",
      "x.tar",
      async () => (await tar({ "a.jpg": Buffer.alloc(5000) })).subarray(0, 3000),
      "x.tar is not a readable tar file",
    ],
    ["gzip, none", "x.tgz", () => Buffer.from("no"), "x.tgz is not a readable gzip file"],
    [
      "zip bomb",
      "x.zip",
      () => zipOfZeros("a.jpg", 150e6),
      "x.zip unpacks to more than 100 times its size (at a.jpg): it may be a zip bomb",
    ],
    [
      "gzip bomb",
      "x.tgz",
      () => gzipSync(Buffer.alloc(150e6)),
      "x.tgz unpacks to more than 100 times its size",
    ],
  ] as const)("%s", async (_title, name, make, message) => {
    await expect(readArchive(name, await make())).rejects.toMatchObject({
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    });
    expect(readdirSync(join(dataPaths().blobs, "drafts"))).toEqual([]);
  });

  test("one of several archives, while the others are read", async () => {
    const { files, remarks } = await read(
      write({ "bad.zip": "not a zip", "good.tar": await tar({ "a.jpg": "a" }) }),
    );
    expect(files).toEqual({ "a.jpg": "a" });
    expect(remarks).toMatchObject([{ file: "bad.zip", kind: "unreadable", refused: true }]);
  });

  test("a path that a tar file holds twice", async () => {
    const once = await tar({ "a.jpg": "first" });
    const both = Buffer.concat([once.subarray(0, 1024), await tar({ "a.jpg": "second" })]);
    const { files, remarks } = await readArchive("x.tar", both);
    expect(files).toEqual({ "a.jpg": "first" });
    expect(remarks).toMatchObject([{ file: "a.jpg", kind: "duplicate" }]);
  });

  test("an entry that holds other than its archive says", async () => {
    const bytes = zip({ "a.jpg": "x".repeat(1000) });
    // The size of the unpacked file, in the directory at the end: one byte less.
    const directory = bytes.indexOf(Buffer.from("PK\u0001\u0002"));
    bytes.writeUInt32LE(999, directory + 24);
    await expect(readArchive("x.zip", bytes)).rejects.toMatchObject({
      message: "a.jpg in x.zip is damaged.",
    });
  });
});
