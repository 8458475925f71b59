/** Natural captions of an image, in the style of people who describe photographs: some attributes named, some not. */
import type { Random } from "@/lib/numerics/random";
import { type Attributes, type Breed, chance, pick, type Setting } from "./attributes";

/** A caption, and what of the image it says. */
export type Caption = {
  readonly text: string;
  /** The attributes that the text names; the others are left open. */
  readonly named: ReadonlySet<keyof Attributes>;
};

const coats: Readonly<Record<Breed, string>> = {
  corgi: "fluffy",
  poodle: "curly",
  "chow chow": "fluffy",
  dachshund: "short haired",
  retriever: "short haired",
};

/** How captions name a setting; the first is the plainest. */
export const places: Readonly<Record<Setting, readonly string[]>> = {
  "grass with autumn leaves": [
    "on grass with autumn leaves on the ground",
    "on grass with autumn leaves",
    "in a park with autumn leaves",
  ],
  "beach with waves": ["on a beach with waves", "in front of the waves", "on a sandy beach"],
  couch: ["on a couch", "on a blue couch", "on the couch"],
  snow: ["in the snow", "on a snowy field", "in front of snowy trees"],
  "orange wall": ["in front of an orange wall", "on a ledge in front of an orange wall"],
  "cherry blossoms": ["surrounded by cherry blossoms", "under cherry blossoms"],
};

/**
 * A caption of an image with these attributes.
 *
 * @param shares probability that a caption names the fur colour and the setting; details are named by half that.
 */
export function drawCaption(
  random: Random,
  attributes: Attributes,
  shares: { readonly fur: number; readonly setting: number } = { fur: 0.85, setting: 0.92 },
): Caption {
  const named = new Set<keyof Attributes>();
  const says = (attribute: keyof Attributes, probability: number) => {
    if (!chance(random, probability)) return false;
    named.add(attribute);
    return true;
  };
  const { breed, pose, setting } = attributes;
  const opening =
    pose === "portrait" && says("pose", 0.75) ? "close up of a" : chance(random, 0.5) ? "a" : "";
  const size = attributes.size !== "medium" && says("size", 0.5) ? attributes.size : "";
  const fur = says("fur", shares.fur) ? furText(attributes, says) : "";
  const coat = chance(random, 0.35) ? coats[breed] : "";
  const adjectives = chance(random, 0.5) ? [size, fur, coat] : [size, coat, fur];
  const noun = says("breed", 0.65) ? breed : "dog";
  const details = detailTexts(random, attributes, says);
  const posed = pose !== "portrait" && says("pose", 0.75) ? pose : "";
  const place = says("setting", shares.setting) ? pick(random, places[setting]) : "";
  const light =
    attributes.light === "daylight" || details.split(" ").length > 6 || !says("light", 0.5)
      ? ""
      : attributes.light === "cloudy"
        ? "on a cloudy day"
        : "in golden evening light";
  const middle = chance(random, 0.6) ? [details, posed, place] : [posed, place, details];
  const words = [opening, ...adjectives, noun, ...middle, light].filter((part) => part !== "");
  return { text: words.join(" "), named };
}

type Says = (attribute: keyof Attributes, probability: number) => boolean;

function furText({ fur, whiteChest }: Attributes, says: Says): string {
  return whiteChest && says("whiteChest", 0.7) ? `${fur} and white` : fur;
}

function detailTexts(random: Random, attributes: Attributes, says: Says): string {
  const { collar, tongueOut, expression } = attributes;
  const texts: string[] = [];
  if (collar !== "none" && says("collar", 0.5)) texts.push(`with a ${collar} collar`);
  if (tongueOut && says("tongueOut", 0.5)) texts.push("with its tongue out");
  if (expression === "smiling" && says("expression", 0.4)) {
    texts.push(texts.length === 0 ? pick(random, ["smiling", "with a big smile"]) : "smiling");
  }
  if (expression === "sleepy" && says("expression", 0.7)) texts.push("with closed eyes");
  return texts.slice(0, 2).join(" ");
}
