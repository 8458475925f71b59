/** The formats of caption files. Another one is a file beside this and a line here. */
import type { CaptionFormat } from "./caption-format";
import { jsonFormat } from "./json";
import { jsonLinesFormat } from "./json-lines";
import { linesFormat } from "./lines";
import { tableFormat } from "./table";

export const captionFormats: readonly CaptionFormat[] = [
  linesFormat,
  jsonFormat,
  jsonLinesFormat,
  tableFormat,
];

export const captionExtensions: readonly string[] = captionFormats.flatMap(({ extensions }) => extensions);
