/** What a settings file fills a fine-tune's form with. */
import { type FineTuneOfFile, fromSettingsFile } from "@/lib/fine-tunes/settings-file/fine-tune-file";
import { readSettingsFile } from "@/lib/fine-tunes/settings-file/read-settings-file";

export type FineTuneFile = { readonly text: string; readonly name: string };

/** @returns what the file says, and what of it is not here or is something else here, in sentences */
export async function compute({
  text,
  name,
}: FineTuneFile): Promise<{ values: FineTuneOfFile; doubts: string[] }> {
  const doubts: string[] = [];
  const values = await fromSettingsFile(readSettingsFile(text, name), ({ message, remedy }) => {
    doubts.push(remedy === undefined ? message : `${message} ${remedy}`);
  });
  return { values, doubts };
}
