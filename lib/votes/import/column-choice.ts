/** Columns by field as one text, "caption=prompt,score=points", changed a field at a time. */
import { fieldName, type VoteField, voteFields } from "../read/vote-fields";

/** What people choose a column for. */
export const choosableFields: readonly string[] = voteFields.map(fieldName);

type Choice = { readonly field: string; readonly column: string };

/** The column that the text names for a field; empty where it names none. */
export function chosenColumn(text: string, field: string): string {
  return choicesOf(text).find((choice) => choice.field === field)?.column ?? "";
}

/** The text with another column for the field; with none of it where `column` is empty. */
export function chooseColumn(text: string, field: string, column: string): string {
  const others = choicesOf(text).filter((choice) => choice.field !== field);
  const choices = column === "" ? others : [...others, { field, column }];
  return choices.map((choice) => `${choice.field}=${choice.column}`).join(",");
}

/** Whether the text can name a column of this name. */
export function isChoosable(column: string): boolean {
  return column.trim() !== "" && !column.includes(",");
}

function choicesOf(text: string): Choice[] {
  return text.split(",").flatMap((part) => {
    const at = part.indexOf("=");
    if (at < 0) return [];
    const name = part.slice(0, at).trim().toLowerCase();
    const field = name === "arm" ? fieldName("arm" satisfies VoteField) : name;
    return { field, column: part.slice(at + 1).trim() };
  });
}
