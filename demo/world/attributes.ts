/** What an image of the demo world shows, and how an image's attributes are drawn at random. */
import type { Random } from "@/lib/numerics/random";

export const furColours = ["black", "brown", "white", "golden", "grey"] as const;
export const breeds = ["corgi", "poodle", "chow chow", "dachshund", "retriever"] as const;
export const poses = ["sitting", "standing", "lying", "portrait"] as const;
export const settings = [
  "grass with autumn leaves",
  "beach with waves",
  "couch",
  "snow",
  "orange wall",
  "cherry blossoms",
] as const;
export const collars = ["none", "red", "blue"] as const;
export const expressions = ["smiling", "calm", "sleepy"] as const;
export const sizes = ["small", "medium", "large"] as const;
export const lights = ["daylight", "golden evening", "cloudy"] as const;

export type FurColour = (typeof furColours)[number];
export type Breed = (typeof breeds)[number];
export type Pose = (typeof poses)[number];
export type Setting = (typeof settings)[number];
export type Collar = (typeof collars)[number];
export type Expression = (typeof expressions)[number];
export type Size = (typeof sizes)[number];
export type Light = (typeof lights)[number];

/** Everything that decides what an image shows, besides the seed of its small irregularities. */
export type Attributes = {
  readonly fur: FurColour;
  /** Whether muzzle, chest and paws are white, whatever the fur. */
  readonly whiteChest: boolean;
  readonly breed: Breed;
  readonly pose: Pose;
  readonly setting: Setting;
  readonly collar: Collar;
  readonly tongueOut: boolean;
  readonly expression: Expression;
  readonly size: Size;
  readonly light: Light;
};

/** One of the choices, each as likely. */
export function pick<Choice>(random: Random, choices: readonly Choice[]): Choice {
  return choices[random.integer(choices.length)]!;
}

/** True with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** Attributes of an image: fur, breed, pose and setting uniform and independent, the rest with plausible shares. */
export function drawAttributes(random: Random): Attributes {
  const fur = pick(random, furColours);
  const pose = pick(random, poses);
  return {
    fur,
    whiteChest: chance(random, 0.3) && fur !== "white",
    breed: pick(random, breeds),
    pose,
    setting: pick(random, settings),
    collar: chance(random, 0.5) ? "none" : chance(random, 0.5) ? "red" : "blue",
    tongueOut: chance(random, 0.35),
    expression: chance(random, 0.5) ? "smiling" : chance(random, 0.7) ? "calm" : "sleepy",
    size: pose === "portrait" ? "medium" : pick(random, sizes),
    light: chance(random, 0.6) ? "daylight" : chance(random, 0.5) ? "golden evening" : "cloudy",
  };
}
