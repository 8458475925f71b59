/** The input for registering a model: for the server and the command line, and in the browser's form. */
import { z } from "zod";
import { nameText } from "../text/name-text";

const fields = {
  name: nameText("Give the model a name.", 100),
  /** Model options as JSON text; absent or empty: as the file says. */
  options: z.string().trim().max(10_000, "At most 10000 characters.").default(""),
  /** Which set of weights, where the file holds several, such as `ema` and `model`; absent or empty: the default. */
  key: z.string().trim().max(1000).default(""),
};
const file = z.object({
  kind: z.literal("file"),
  path: z.string().trim().min(1, "Give the path of the weights."),
});

export const registerCheckpointInput = z.object({
  ...fields,
  source: z.discriminatedUnion("kind", [
    file,
    z.object({ kind: z.literal("upload"), name: z.string().min(1), sha256: z.string().length(64) }),
  ]),
});

/** The file of an upload before it has been sent. */
export const registerForm = z.object({
  ...fields,
  options: fields.options.refine((text) => text === "" || isJsonObject(text), {
    message: 'Write one JSON object, such as {"image_size": 64}, or leave it empty.',
  }),
  source: z.discriminatedUnion("kind", [
    file,
    z.object({
      kind: z.literal("upload"),
      file: z.instanceof(File, { message: "Choose a weights file." }),
    }),
  ]),
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
