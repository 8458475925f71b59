/** DreamBooth's prompts_and_classes.txt beside one folder of images per subject: the class of each subject, and prompts. */
import { type CaptionFormat, captionFileError } from "./caption-format";
import { splitLines } from "./lines";

/** Also what tells the file before it is read: its ending is that of lines of captions. */
export function isDreamBoothName(path: string): boolean {
  return /(^|\/)prompts_and_classes\.txt$/i.test(path);
}

/**
 * The caption of every image of a subject is "a photo of a" and its class, as the paper's prior preservation has it. A word
 * that stands for the one subject is for whoever trains to choose.
 */
export const dreamBoothFormat: CaptionFormat = {
  extensions: [".txt"],
  description: "prompts_and_classes.txt of DreamBooth, beside one folder per subject",
  claims: (_text, file) => isDreamBoothName(file),
  read(text, file) {
    const lines = splitLines(text);
    const head = lines.findIndex((line) => /^subject_name\s*,\s*class$/i.test(line));
    if (head === -1) {
      throw captionFileError(file, "has no line “subject_name,class”", "Add it above the subjects.");
    }
    const end = lines.findIndex((line, index) => index > head && line === "");
    return lines.slice(head + 1, end === -1 ? undefined : end).map((line, index) => {
      const [subject, name, ...more] = line.split(",").map((part) => part.trim());
      const place = `line ${head + index + 2}`;
      if (!subject || !name || more.length > 0) {
        throw captionFileError(
          file,
          `does not give a subject and its class in ${place}`,
          "Write them as dog2,dog.",
        );
      }
      const article = /^[aeiou]/i.test(name) ? "an" : "a";
      return { image: `${subject}/`, isBare: false, caption: `a photo of ${article} ${name}`, place };
    });
  },
};
