/** What a settings file fills a form of samples with. */
import { fromSamplesFile, type SampleSetOfFile } from "@/lib/samples/settings-file/sample-set-file";
import { readSamplesFile } from "@/lib/samples/settings-file/samples-file";

type SamplesFileText = {
  readonly text: string;
  readonly name: string;
  /** Whether the form is that of a comparison of guidances. */
  readonly isComparison: boolean;
};

/** @returns what the file says, and what of it is not here or is something else here, in sentences */
export async function compute({
  text,
  name,
  isComparison,
}: SamplesFileText): Promise<{ values: SampleSetOfFile; doubts: string[] }> {
  const doubts: string[] = [];
  const values = await fromSamplesFile(readSamplesFile(text, name), ({ message, remedy }) => {
    doubts.push(remedy === undefined ? message : `${message} ${remedy}`);
  });
  if (values.compare && !isComparison) {
    doubts.push(
      "The file describes a comparison of guidances. Its scales are not used here: open it under Compare guidances.",
    );
  }
  return { values, doubts };
}
