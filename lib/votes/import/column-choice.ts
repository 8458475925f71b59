/** Columns by field as one text, "caption=prompt,score=points", changed a field at a time. */
import { fieldName, mappingParts, quotedColumn, type VoteField, voteFields } from "../read/vote-fields";

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
  return choices.map((choice) => `${choice.field}=${quotedColumn(choice.column)}`).join(",");
}

function choicesOf(text: string): Choice[] {
  return mappingParts(text).flatMap(({ field, column }) => {
    if (field === "") return [];
    return { field: field === "arm" ? fieldName("arm" satisfies VoteField) : field, column };
  });
}
