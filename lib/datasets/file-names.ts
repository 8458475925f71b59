/** How files of a dataset are named: their path within the dataset's folder tells one from another. */

/** What systems and archives leave in folders besides the files that people put there. */
const systemNames = new Set(["__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "@eadir"]);

/**
 * Whether a file is passed over without a word: hidden (".DS_Store", "._dog.jpg"), or the system's own, among them those with
 * control characters in their names, as macOS gives to icons of folders.
 */
export function isHiddenPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(path)) return true;
  return path.split("/").some((part) => part.startsWith(".") || systemNames.has(part.toLowerCase()));
}

/** ".txt" of "cats/00.TXT"; empty where there is none. */
export function extensionOf(path: string): string {
  return /[^/](\.[^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

/**
 * The path without its extension, which an image and its caption file share; in Unicode's composed form (NFC), since
 * macOS writes names in another form than most of what people type.
 */
export function stemOf(path: string): string {
  return path.slice(0, path.length - extensionOf(path).length).normalize("NFC");
}

/** "cats/" of "cats/00.jpg"; empty for a file of the folder itself. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** A name that somebody else wrote as a path below a folder: separators as "/", nothing that leads out of it. */
export function toRelativePath(name: string): string {
  return name
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/");
}

/** The paths without the outermost folder, where it holds them all: browsers put the chosen folder before its files. */
export function withoutCommonFolder(paths: readonly string[]): string[] {
  const folder = /^[^/]+\//.exec(paths[0] ?? "")?.[0];
  if (folder === undefined || !paths.every((path) => path.startsWith(folder))) return [...paths];
  return paths.map((path) => path.slice(folder.length));
}
