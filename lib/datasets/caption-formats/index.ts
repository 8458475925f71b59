/** The formats of caption files; of those that share an ending, the first that claims a file. Another one is a file beside this
 * and a line here. */
import type { CaptionFormat } from "./caption-format";
import { cocoFormat } from "./coco";
import { dreamBoothFormat } from "./dreambooth";
import { jsonFormat } from "./json";
import { jsonLinesFormat } from "./json-lines";
import { linesFormat } from "./lines";
import { tableFormat } from "./table";

export const captionFormats: readonly CaptionFormat[] = [
  dreamBoothFormat,
  linesFormat,
  cocoFormat,
  jsonFormat,
  jsonLinesFormat,
  tableFormat,
];

export const captionExtensions: readonly string[] = [
  ...new Set(captionFormats.flatMap(({ extensions }) => extensions)),
];
