/** The configuration of this installation, and where its data is. */
import { statfs } from "node:fs/promises";
import { dataPaths, env } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { serverAddress } from "@/lib/platform/server/server-address";
import { softwareVersion } from "@/lib/platform/server/software-version";

export type Installation = {
  version: string;
  publicUrl: string;
  dataFolder: string;
  /** Embedded in the data folder, or the server of DATABASE_URL (its host; never its password). */
  database: { kind: "embedded" } | { kind: "server"; host: string };
  databaseBytes: number;
  provider: string;
  blobs: { count: number; sizeBytes: number };
  /** Free space on the data folder's disk; null where the system does not tell. */
  freeBytes: number | null;
  weightsFolder: string;
};

export async function getInstallation(): Promise<Installation> {
  const { dataFolder, databaseUrl, provider } = env();
  const [blobs, size, disk] = await Promise.all([
    db.blob.aggregate({ _count: true, _sum: { sizeBytes: true } }),
    db.$queryRaw<{ bytes: bigint }[]>`SELECT pg_database_size(current_database()) AS bytes`,
    statfs(dataFolder).catch(() => null),
  ]);
  return {
    version: softwareVersion,
    publicUrl: await serverAddress(),
    dataFolder,
    database:
      databaseUrl === null ? { kind: "embedded" } : { kind: "server", host: new URL(databaseUrl).host },
    databaseBytes: Number(size[0]?.bytes ?? 0),
    provider,
    blobs: { count: blobs._count, sizeBytes: Number(blobs._sum.sizeBytes ?? 0) },
    freeBytes: disk ? disk.bavail * disk.bsize : null,
    weightsFolder: dataPaths().weights,
  };
}
