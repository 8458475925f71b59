/** Which columns of a Parquet file hold images, captions and names. */
import { type FileMetaData, parquetSchema } from "hyparquet";
import { type ChosenColumns, categoryColumns, findColumns } from "../caption-formats/caption-format";
import { splitColumn } from "../caption-formats/exported-fields";
import { type ArchiveFile, archiveError } from "./archive";

export type ParquetColumns = {
  /** All columns of images, and of texts or lists of them. */
  readonly images: readonly string[];
  readonly texts: readonly string[];
  /** The column of images that is read; null for a table. */
  readonly image: string | null;
  readonly captions: readonly string[];
  /** With what captions are grouped by. */
  readonly categories: readonly string[];
  /** With what exports say of the split. */
  readonly split: string | null;
  /** With the names of images where `image` holds none, null where there is none. */
  readonly name: string | null;
};

/** An image is a struct of bytes and path, or bytes alone under a usual name. */
export function describeColumns(metadata: FileMetaData): Pick<ParquetColumns, "images" | "texts"> {
  const images: string[] = [];
  const texts: string[] = [];
  for (const { element, children } of parquetSchema(metadata).children) {
    const isText = element.logical_type?.type === "STRING" || element.converted_type === "UTF8";
    const bytes = children.find((child) => child.element.name === "bytes");
    const isBytes = element.type === "BYTE_ARRAY" && !isText;
    if (bytes?.element.type === "BYTE_ARRAY") images.push(element.name);
    else if (isBytes && /^(image|img|jpe?g|png|webp|bytes|content)(_?bytes)?$/i.test(element.name)) {
      images.push(element.name);
    } else if (isText || element.converted_type === "LIST" || isBytes) texts.push(element.name);
  }
  return { images, texts };
}

/** @throws SemblanceError `invalid_file` where a chosen column is missing, or one has to be chosen */
export function chooseColumns(
  { name: file }: ArchiveFile,
  { images, texts }: Pick<ParquetColumns, "images" | "texts">,
  chosen: ChosenColumns,
): ParquetColumns {
  const found = findColumns([...images, ...texts], chosen);
  const columns = [...images, ...texts];
  const all = columns.join(", ");
  if (found.missing.length > 0) {
    throw archiveError(
      file,
      `has no column ${found.missing[0]}; its columns are ${all}`,
      "Choose one of them.",
      { columns },
    );
  }
  const captions = found.captions.filter((name) => texts.includes(name));
  if (captions.length === 0 || (captions.length > 1 && chosen.captions === undefined)) {
    throw archiveError(
      file,
      captions.length === 0
        ? `has no column of captions; its columns are ${all}`
        : `has several columns of captions: ${captions.join(" and ")}`,
      "Choose the column of the captions.",
      { columns },
    );
  }
  const image = chosen.image !== undefined && images.includes(found.image!) ? found.image! : null;
  if (image === null && images.length > 1) {
    throw archiveError(
      file,
      `has several columns of images: ${images.join(", ")}`,
      "Choose the column of the images.",
      { columns },
    );
  }
  const name = found.image !== undefined && texts.includes(found.image) ? found.image : null;
  const categories = categoryColumns(texts, chosen);
  return {
    images,
    texts,
    image: image ?? images[0] ?? null,
    captions,
    categories,
    split: splitColumn(texts) ?? null,
    name,
  };
}
