/** Archives for tests, packed by libraries; one entry may be something that an honest archive does not hold. */
import { buffer } from "node:stream/consumers";
import { deflateRawSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { type Header, pack } from "tar-stream";

type Contents = Readonly<Record<string, Buffer | string>>;

const toBytes = (content: Buffer | string) => new Uint8Array(Buffer.from(content));

/** @param modes of files under Unix, such as that of a link */
export function zip(contents: Contents, modes: Readonly<Record<string, number>> = {}): Buffer {
  const entries = Object.entries(contents).map(([path, content]) => {
    const mode = modes[path];
    return [path, [toBytes(content), mode === undefined ? {} : { os: 3, attrs: mode << 16 }]] as const;
  });
  return Buffer.from(zipSync(Object.fromEntries(entries) as never));
}

/** A zip file with one entry of zeros, compressed by zlib: fflate takes seconds for a hundred million of them. */
export function zipOfZeros(path: string, size: number): Buffer {
  const compressed = deflateRawSync(Buffer.alloc(size));
  const archive = Buffer.from(zipSync({ [path]: [compressed, { level: 0 }] }));
  const deflated = 8;
  // Both headers say "stored": their methods and unpacked sizes become those of the compressed bytes.
  const directory = archive.indexOf(Buffer.from("PK\u0001\u0002"));
  archive.writeUInt16LE(deflated, 8);
  archive.writeUInt32LE(size, 22);
  archive.writeUInt16LE(deflated, directory + 10);
  archive.writeUInt32LE(size, directory + 24);
  return archive;
}

export async function tar(
  contents: Contents,
  special: readonly (Partial<Header> & { name: string })[] = [],
): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(contents)) archive.entry({ name }, Buffer.from(content));
  for (const header of special) archive.entry(header, "");
  archive.finalize();
  return buffer(archive);
}

export async function tarGz(contents: Contents): Promise<Buffer> {
  return gzipSync(await tar(contents));
}
