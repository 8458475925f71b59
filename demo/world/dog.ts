/** Draws the dog: what lies behind the head, then the head. */
import type { Random } from "@/lib/numerics/random";
import type { Attributes } from "./attributes";
import { drawBody } from "./dog-body";
import { DogDrawing } from "./dog-drawing";
import { drawHead } from "./dog-head";

/** The dog as an SVG group in an image of 256 pixels; its paws stand near y = 232. */
export function drawDog(random: Random, attributes: Attributes): string {
  const dog = new DogDrawing(random, attributes);
  drawHead(dog, drawBody(dog));
  return dog.toSvg();
}
