/** Opens an archive by the ending of its name. Another kind is a reader beside this and a line here. */
import { type ArchiveFile, archiveError, type OpenArchive } from "./archive";
import { archiveEnding } from "./archive-names";
import { openGzippedTar, openTar } from "./tar-archive";
import { openZip } from "./zip-archive";

const readers = {
  ".zip": openZip,
  ".tar": openTar,
  ".tar.gz": openGzippedTar,
  ".tgz": openGzippedTar,
} as const;

/** @throws SemblanceError `invalid_file` or `too_large` naming the archive, and the entry that is at fault */
export async function openArchive(archive: ArchiveFile): Promise<OpenArchive> {
  const ending = archiveEnding(archive.name);
  if (ending === null) throw archiveError(archive.name, "is not a zip or tar file");
  return readers[ending](archive);
}
