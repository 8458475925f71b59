/** Which files are archives, by their names; the browser asks this as well. */

const endings = [".tar.gz", ".tgz", ".tar", ".zip"] as const;

export const archiveEndings: readonly string[] = endings;

/** Files of many images and captions in one. */
export const containerEndings: readonly string[] = [...endings, ".parquet"];

export function isParquetName(path: string): boolean {
  return path.toLowerCase().endsWith(".parquet");
}

/** An archive or a Parquet file. */
export function isContainer(path: string): boolean {
  return archiveEnding(path) !== null || isParquetName(path);
}

/** Packers whose archives Semblance does not unpack. */
const otherEndings = [".7z", ".rar", ".tar.bz2", ".tar.xz", ".tar.zst", ".tbz2", ".txz", ".gz"];

/** The ending of an archive, the case of its letters aside; null for other files. */
export function archiveEnding(path: string): (typeof endings)[number] | null {
  const lower = path.toLowerCase();
  return endings.find((ending) => lower.endsWith(ending)) ?? null;
}

export function isOtherArchive(path: string): boolean {
  const lower = path.toLowerCase();
  return archiveEnding(path) === null && otherEndings.some((ending) => lower.endsWith(ending));
}
