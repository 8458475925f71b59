/** What opening a captioning desk asks for, and what is done with one. */
import { z } from "zod";
import { captionLanguage } from "../datasets/language-tag";
import { nameText } from "../text/name-text";

/** Of one desk; each is a row that leases look through. */
export const mostDeskImages = 20_000;
export const mostCaptionsPerImage = 5;
const mostPeople = 500;

/** Which images of the dataset come to the desk. */
export const deskSelections = ["without-caption", "all", "training", "held-out", "category"] as const;

export const openDeskInput = z
  .object({
    datasetId: z.uuid(),
    name: nameText("Give the desk a name.", 100),
    selection: z.enum(deskSelections),
    /** As `NAME=VALUE` of a category that the dataset's captions have; only for that selection. */
    category: z.string().max(500).default(""),
    people: z.number().int().min(1).max(mostPeople),
    /** Share of the images that several people caption, 0 to 1. */
    overlap: z.number().min(0).max(1),
    /** How many people caption each of those. */
    peoplePerShared: z.number().int().min(2).max(10),
    captionsPerImage: z.number().int().min(1).max(mostCaptionsPerImage),
    instructions: z.string().trim().max(5000),
    /** Interface language of the captioners' page. */
    language: z.enum(["en", "de"]),
    captionLanguage,
    /** One link for everybody, or one for each person. */
    way: z.enum(["open-link", "personal-links"]),
    /** Hours after a person's last caption until the rest of their share goes to others. */
    holdHours: z.number().int().min(1).max(720),
    showsDrafts: z.boolean(),
  })
  .superRefine(({ selection, category, overlap, people, peoplePerShared }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (selection === "category" && category === "") refuse("category", "Choose a category.");
    if (overlap > 0 && peoplePerShared > people) {
      refuse(
        "peoplePerShared",
        `Only ${people} ${people === 1 ? "person shares" : "people share"} the work.`,
      );
    }
  });
export type OpenDeskInput = z.input<typeof openDeskInput>;

export const deskOnly = z.object({ deskId: z.uuid() });

const mostLinksAtOnce = 200;
const longestPerson = 60;

/** Names of people, one per line. */
export const personalLinksInput = z.object({
  deskId: z.uuid(),
  names: z
    .string()
    .max(mostLinksAtOnce * (longestPerson + 2))
    .transform((text) =>
      text
        .split(/\r\n|\r|\n/)
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .pipe(
      z
        .array(nameText("Write a name.", longestPerson))
        .min(1, "Write at least one name.")
        .max(mostLinksAtOnce, `At most ${mostLinksAtOnce} names at once.`),
    ),
});

export const captionerOnly = z.object({ captionerId: z.uuid() });

/** The name under which somebody joins. */
export const captionerName = nameText("Write your name, or any name.", longestPerson);

const mostReviewedAtOnce = 500;

export const reviewInput = z.object({
  deskId: z.uuid(),
  captionIds: z.array(z.uuid()).min(1).max(mostReviewedAtOnce),
  verdict: z.enum(["ACCEPTED", "REJECTED", "PENDING"]),
});

export const correctionInput = z.object({ captionId: z.uuid(), text: z.string().max(2000) });

/** A model of transformers.js that drafts captions: an id on the Hugging Face hub, or a folder of this server. */
export const draftModel = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("hub"),
    id: z
      .string()
      .trim()
      .max(200)
      .regex(/^[\w.-]+\/[\w.-]+$/, "Write the id as owner/name, such as Xenova/vit-gpt2-image-captioning."),
  }),
  z.object({
    kind: z.literal("folder"),
    path: z.string().trim().min(1, "Write the folder’s path.").max(1000),
  }),
]);

export const draftsInput = z.object({ deskId: z.uuid(), model: draftModel });
