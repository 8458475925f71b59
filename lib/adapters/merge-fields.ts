/** What merging adapters into a base model asks for. */
import { z } from "zod";
import { nameText } from "../text/name-text";
import { chosenAdapters } from "./chosen-adapters";

export const mergeAdaptersInput = z.object({
  name: nameText("Give the merged model a name.", 100),
  baseCheckpointId: z.uuid("Choose a base model."),
  adapters: chosenAdapters.refine((chosen) => chosen.length > 0, { message: "Choose at least one adapter." }),
});
