/** The image formats that are read, by the names that `sniffFormat`, files and browsers have for them. */

const formats = {
  jpeg: { mediaType: "image/jpeg", extensions: [".jpg", ".jpeg"] },
  png: { mediaType: "image/png", extensions: [".png"] },
  webp: { mediaType: "image/webp", extensions: [".webp"] },
  gif: { mediaType: "image/gif", extensions: [".gif"] },
  avif: { mediaType: "image/avif", extensions: [".avif"] },
  tiff: { mediaType: "image/tiff", extensions: [".tif", ".tiff"] },
} as const;

/** In words, for messages. */
export const imageFormatNames = "JPEG, PNG, WebP, GIF, AVIF or TIFF";

/** Media type by the format that `sniffFormat` tells. */
export const imageMediaTypes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(formats).map(([format, { mediaType }]) => [format, mediaType]),
);

/** The ending, with its dot, that files of a format usually have. @param format sharp's name of it */
export function imageEndingOf(format: string): string {
  return Object.entries(formats).find(([name]) => name === format)?.[1].extensions[0] ?? ".png";
}

/** With their dots. */
export const imageEndings: readonly string[] = Object.values(formats).flatMap((format) => format.extensions);

const extensions: ReadonlySet<string> = new Set(imageEndings);

/** The usual ending of files of a media type, with its dot; empty for one that is no image. */
export function imageEnding(mediaType: string): string {
  return Object.values(formats).find((format) => format.mediaType === mediaType)?.extensions[0] ?? "";
}

/** Whether a file calls itself an image; the case of letters does not matter. */
export function isImageName(name: string): boolean {
  return extensions.has(/\.[^./]*$/.exec(name)?.[0].toLowerCase() ?? "");
}
