/** What every format of caption files can do. */
import { SemblanceError } from "@/lib/errors";

export type CaptionEntry = {
  /** The image that the caption belongs to, as the file writes it; null where it names none. */
  readonly image: string | null;
  /** Whether it stands alone, so that its place among the others may say which image it belongs to. */
  readonly isBare: boolean;
  /** Without blanks at its ends; empty where the file has an empty line or cell in its place. */
  readonly caption: string;
  /** Where it is, such as "line 3". */
  readonly place: string;
};

export type CaptionFormat = {
  /** With the dot, in lower case. */
  readonly extensions: readonly string[];
  /** What a file of it looks like, as part of a sentence. */
  readonly description: string;
  /**
   * @param file its name, for messages
   * @throws SemblanceError `invalid_file` saying where it is no such file
   */
  readonly read: (text: string, file: string) => CaptionEntry[];
};

/** `what` completes "FILE …". */
export function captionFileError(file: string, what: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_file", `${file} ${what}.`, { remedy });
}

/** Names under which columns and fields hold what belongs together; the case of letters does not matter. */
export const captionFields = ["caption", "captions", "text", "prompt"] as const;
export const imageFields = ["file_name", "file", "filename", "image", "image_path", "path"] as const;

export const fieldsRemedy = "Give the image as file_name and its caption as one of caption, text or prompt.";
