/** A dog's body by pose, with tail, legs, bib and collar. */
import { ellipse, type Point, rounded } from "./brush";
import { type DogDrawing, edges } from "./dog-drawing";
import { collarColours } from "./palette";

/** Draws what lies behind the head; returns the middle of the head. */
export function drawBody(dog: DogDrawing): Point {
  switch (dog.attributes.pose) {
    case "sitting":
      return drawSittingBody(dog);
    case "standing":
      return drawStandingBody(dog);
    case "lying":
      return drawLyingBody(dog);
    case "portrait":
      return drawShoulders(dog);
  }
}

function drawSittingBody(dog: DogDrawing): Point {
  const { chest, legLength } = dog.build;
  const floor = 230;
  const neck = floor - 72 - legLength * 0.75;
  drawTail(dog, [128 + chest + 4, floor - 22], 1);
  for (const side of [-1, 1]) {
    dog.coat(ellipse(128 + side * (chest * 0.86), floor - 22, chest * 0.5, 24));
    drawPaw(dog, 128 + side * (chest * 1.02), floor + 1, 13);
  }
  dog.coat(
    rounded([
      [128, neck - 12],
      [128 + chest * 0.72, neck + 6],
      [128 + chest, floor - 46],
      [128 + chest * 0.86, floor - 8],
      [128, floor - 2],
      [128 - chest * 0.86, floor - 8],
      [128 - chest, floor - 46],
      [128 - chest * 0.72, neck + 6],
    ]),
  );
  drawBib(dog, 128, neck + 26, chest * 0.55, 34);
  for (const side of [-1, 1]) {
    drawLeg(dog, 128 + side * chest * 0.38, floor - 48, floor, 11);
  }
  drawCollar(dog, 128, neck + 25, chest * 0.84);
  return [128, neck - dog.build.head[1] * 0.62];
}

function drawStandingBody(dog: DogDrawing): Point {
  const { chest, legLength } = dog.build;
  const floor = 230;
  const belly = floor - legLength - 6;
  const back = belly - chest * 1.15;
  drawTail(dog, [208, back + 14], 1);
  for (const x of [192, 112]) drawLeg(dog, x, belly - 12, floor - 5, 9.5);
  dog.coat(
    rounded([
      [88, back + 8],
      [130, back],
      [180, back + 2],
      [210, back + 14],
      [213, belly - 14],
      [186, belly + 2],
      [140, belly + 4],
      [98, belly + 6],
      [76, belly - 18],
    ]),
  );
  drawBib(dog, 88, (back + belly) / 2 + 8, chest * 0.4, chest * 0.5);
  for (const x of [200, 98]) drawLeg(dog, x, belly - 16, floor, 10.5);
  const headY = back - dog.build.head[1] * 0.35;
  dog.coat(ellipse(88, headY + dog.build.head[1] * 0.9, chest * 0.6, chest * 0.62));
  drawCollar(dog, 87, headY + dog.build.head[1] * 1.22, chest * 0.62);
  return [86, headY];
}

function drawLyingBody(dog: DogDrawing): Point {
  const { chest } = dog.build;
  const floor = 226;
  drawTail(dog, [214, floor - 26], 1);
  dog.coat(
    rounded([
      [84, floor - 58],
      [128, floor - 74],
      [176, floor - 72],
      [214, floor - 50],
      [218, floor - 12],
      [180, floor],
      [100, floor],
      [72, floor - 20],
    ]),
  );
  dog.coat(ellipse(190, floor - 28, 30, 29));
  drawPaw(dog, 186, floor + 1, 14);
  dog.coat(ellipse(104, floor - 42, chest * 0.95, 40));
  drawBib(dog, 104, floor - 34, chest * 0.5, 26);
  for (const x of [76, 128]) {
    dog.coat(ellipse(x, floor - 9, 15, 13));
    drawPaw(dog, x - 2, floor + 2, 13);
  }
  const headY = floor - 78 - dog.build.head[1] * 0.2;
  drawCollar(dog, 104, headY + dog.build.head[1] * 1.12, chest * 0.7);
  return [104, headY];
}

function drawShoulders(dog: DogDrawing): Point {
  const { chest } = dog.build;
  dog.coat(
    rounded([
      [128, 148],
      [128 + chest * 1.15, 172],
      [128 + chest * 1.75, 230],
      [128 + chest * 1.7, 280],
      [128 - chest * 1.7, 280],
      [128 - chest * 1.75, 230],
      [128 - chest * 1.15, 172],
    ]),
    "fur",
    { dense: 2 },
  );
  drawBib(dog, 128, 224, chest * 0.8, 44);
  drawCollar(dog, 128, 190, chest * 1.08);
  return [128, 122];
}

function drawLeg(dog: DogDrawing, x: number, top: number, floor: number, halfWidth: number) {
  dog.coat(
    rounded([
      [x - halfWidth, top],
      [x + halfWidth, top],
      [x + halfWidth * 0.85, floor - 6],
      [x - halfWidth * 0.85, floor - 6],
    ]),
    "fur",
    { hair: 0.5 },
  );
  drawPaw(dog, x, floor, halfWidth * 1.2);
}

function drawPaw(dog: DogDrawing, x: number, floor: number, halfWidth: number) {
  const fur = dog.attributes.whiteChest ? "pale" : "fur";
  dog.coat(ellipse(x, floor - 5, halfWidth, 7), fur, { edge: edges.smooth, hair: 0.25 });
  const toes = [-0.35, 0.35].map((at) => `M${x + at * halfWidth} ${floor - 5}v5.5`).join("");
  dog.add(`<path d="${toes}" stroke="#1a1310" stroke-opacity="0.45" stroke-width="1.3" fill="none"/>`);
}

/** The chest's paler fur. */
function drawBib(dog: DogDrawing, cx: number, cy: number, rx: number, ry: number) {
  if (!dog.attributes.whiteChest) return;
  dog.coat(ellipse(cx, cy, rx, ry), "pale");
}

function drawTail(dog: DogDrawing, [x, y]: Point, side: number) {
  switch (dog.build.tail) {
    case "stub":
      dog.coat(ellipse(x + 4 * side, y, 11, 9));
      return;
    case "whip":
      dog.coat(
        rounded([
          [x - 8, y + 4],
          [x + 18 * side, y - 8],
          [x + 28 * side, y - 32],
          [x + 31 * side, y - 31],
          [x + 24 * side, y],
          [x - 4, y + 13],
        ]),
      );
      return;
    case "pompon":
      dog.coat(
        rounded([
          [x - 8, y + 2],
          [x + 12 * side, y - 18],
          [x + 17 * side, y - 14],
          [x, y + 10],
        ]),
      );
      dog.coat(ellipse(x + 17 * side, y - 24, 13, 13));
      return;
    case "plume":
      dog.coat(
        rounded([
          [x - 10, y + 6],
          [x + 10 * side, y - 12],
          [x + 18 * side, y - 40],
          [x + 34 * side, y - 30],
          [x + 30 * side, y - 4],
          [x + 8 * side, y + 14],
        ]),
        "fur",
        { edge: { kind: "tufts", size: 5 } },
      );
  }
}

function drawCollar(dog: DogDrawing, cx: number, cy: number, halfWidth: number) {
  const { collar } = dog.attributes;
  if (collar === "none") return;
  const { own, shade } = collarColours[collar];
  const band = (dy: number, colour: string, width: number) =>
    `<path d="M${cx - halfWidth} ${cy - 4 + dy}Q${cx} ${cy + 18 + dy} ${cx + halfWidth} ${cy - 4 + dy}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;
  dog.add(
    band(1.5, shade, 9),
    band(0, own, 7.5),
    `<circle cx="${cx}" cy="${cy + 14}" r="6.5" fill="#c9ced6" stroke="#6c727c" stroke-width="1.2"/>`,
    `<circle cx="${cx - 2}" cy="${cy + 12}" r="2" fill="#ffffff"/>`,
  );
}
