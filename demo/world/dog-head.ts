/** A dog's head: ears and snout by breed, expression, tongue. */
import { closedPath, ellipse, mirrored, type Point, rounded } from "./brush";
import { type DogDrawing, edges } from "./dog-drawing";

export function drawHead(dog: DogDrawing, [cx, cy]: Point) {
  const scale = dog.attributes.pose === "portrait" ? 1.55 : 1.12;
  const tilt = (dog.random.uniform() - 0.5) * 12;
  dog.add(`<g transform="translate(${cx} ${cy}) rotate(${tilt.toFixed(2)}) scale(${scale})">`);
  const { head, ears, coat } = dog.build;
  const [rx, ry] = head;
  if (ears === "upright" || ears === "round") drawEars(dog, rx, ry);
  if (dog.attributes.breed === "chow chow") {
    dog.coat(ellipse(0, 4, rx * 1.18, ry * 1.16), "fur", {
      edge: { kind: "tufts", size: 8 },
      dense: 1.5,
    });
  }
  dog.coat(
    rounded([
      [0, -ry],
      [rx * 0.68, -ry * 0.8],
      [rx, -ry * 0.05],
      [rx * 0.86, ry * 0.55],
      [rx * 0.4, ry],
      [-rx * 0.4, ry],
      [-rx * 0.86, ry * 0.55],
      [-rx, -ry * 0.05],
      [-rx * 0.68, -ry * 0.8],
    ]),
    "fur",
    { dense: coat === "fluffy" ? 1.6 : 1.2 },
  );
  if (dog.attributes.whiteChest) {
    dog.coat(
      rounded([
        [0, -ry * 0.92],
        [5, -ry * 0.3],
        [9, 8],
        [-9, 8],
        [-5, -ry * 0.3],
      ]),
      "pale",
      { edge: edges.smooth, dense: 0.4 },
    );
  }
  if (ears !== "upright" && ears !== "round") drawEars(dog, rx, ry);
  if (dog.attributes.breed === "poodle") {
    dog.coat(ellipse(0, -ry * 0.85, rx * 0.72, ry * 0.5), "fur", { dense: 1.4 });
  }
  drawEyes(dog, rx, ry);
  drawSnout(dog);
  dog.add("</g>");
}

function drawEars(dog: DogDrawing, rx: number, ry: number) {
  for (const side of [-1, 1] as const) {
    const place = (outline: Point[]) => (side === 1 ? outline : mirrored(outline, 0));
    switch (dog.build.ears) {
      case "upright": {
        const outer: Point[] = [
          [rx * 0.2, -ry * 0.72],
          [rx * 0.62, -ry * 1.75],
          [rx * 0.8, -ry * 1.8],
          [rx * 1.02, -ry * 0.9],
          [rx * 0.95, -ry * 0.25],
        ];
        dog.coat(place(rounded(outer)), "fur", { edge: edges.smooth });
        const inner = place(
          rounded([
            [rx * 0.42, -ry * 0.82],
            [rx * 0.68, -ry * 1.52],
            [rx * 0.88, -ry * 0.86],
            [rx * 0.76, -ry * 0.5],
          ]),
        );
        dog.add(`<path d="${closedPath(inner)}" fill="#d98f86" fill-opacity="0.75"/>`);
        break;
      }
      case "round":
        dog.coat(place(ellipse(rx * 0.74, -ry * 0.92, 14, 15)), "fur", { edge: edges.smooth });
        dog.add(
          `<ellipse cx="${side * rx * 0.72}" cy="${-ry * 0.9}" rx="7" ry="8" fill="#b57369" fill-opacity="0.7"/>`,
        );
        break;
      case "drop":
        drawDarkEar(
          dog,
          place(
            rounded([
              [rx * 0.5, -ry * 0.88],
              [rx * 1.02, -ry * 0.78],
              [rx * 1.3, ry * 0.1],
              [rx * 1.05, ry * 0.58],
              [rx * 0.8, ry * 0.1],
            ]),
          ),
        );
        break;
      case "long":
        drawDarkEar(
          dog,
          place(
            rounded([
              [rx * 0.62, -ry * 0.8],
              [rx * 1.15, -ry * 0.45],
              [rx * 1.42, ry * 0.6],
              [rx * 1.15, ry * 1.3],
              [rx * 0.78, ry * 1.0],
              [rx * 0.84, 0],
            ]),
          ),
        );
        break;
      case "puffs":
        dog.coat(place(ellipse(rx * 1.08, ry * 0.18, 14, 25)), "fur", { dense: 1.3 });
    }
  }
}

/** A hanging ear: the coat, laid in shade so that it stands off the head. */
function drawDarkEar(dog: DogDrawing, outline: Point[]) {
  dog.coat(outline);
  dog.add(`<path d="${closedPath(outline)}" fill="${dog.fur.hairDark}" fill-opacity="0.32"/>`);
}

function drawEyes(dog: DogDrawing, rx: number, ry: number) {
  const [x, y] = [rx * 0.42, -ry * 0.12];
  for (const side of [-1, 1]) {
    if (dog.attributes.expression === "sleepy") {
      dog.add(
        `<path d="M${side * x - 7} ${y}q7 6.5 14 0" fill="none" stroke="#120c0a" stroke-width="3" stroke-linecap="round"/>`,
      );
      continue;
    }
    dog.add(
      `<ellipse cx="${side * x}" cy="${y}" rx="7.4" ry="7.8" fill="#000" fill-opacity="0.28"/>`,
      `<ellipse cx="${side * x}" cy="${y}" rx="6.2" ry="6.8" fill="#2a1508"/>`,
      `<ellipse cx="${side * x}" cy="${y + 1.5}" rx="4.6" ry="4.6" fill="#5b3115"/>`,
      `<circle cx="${side * x}" cy="${y + 0.6}" r="3.3" fill="#0c0604"/>`,
      `<circle cx="${side * x - 2}" cy="${y - 2.6}" r="2.1" fill="#fff"/>`,
      `<path d="M${side * x - 6.5} ${y - 9.5 - side}q6.5 -4 13 ${side * 1.5}" fill="none" stroke="${dog.fur.hairLight}" stroke-opacity="0.75" stroke-width="2.4" stroke-linecap="round"/>`,
    );
  }
}

function drawSnout(dog: DogDrawing) {
  const [halfWidth, halfHeight, below] = dog.build.snout;
  dog.coat(ellipse(0, below, halfWidth, halfHeight), "pale", {
    edge: dog.build.coat === "curly" ? { kind: "curls", size: 3 } : edges.smooth,
    dense: 0.8,
  });
  const mouth = below + halfHeight * 0.22;
  const smiling = dog.attributes.expression === "smiling";
  const corner = smiling ? halfWidth * 0.86 : halfWidth * 0.55;
  const depth = smiling ? 11 : 6;
  const { tongueOut } = dog.attributes;
  if (tongueOut || smiling) {
    dog.add(
      `<path d="M${-corner * 0.8} ${mouth + 3}Q0 ${mouth + depth * 2.4} ${corner * 0.8} ${mouth + 3}Z" fill="#5b1418"/>`,
    );
  }
  if (tongueOut) {
    dog.add(
      `<path d="M-7.5 ${mouth + 6}q-1 19 7.5 20q8.5 -1 7.5 -20z" fill="#f2798a" stroke="#b8405a" stroke-width="1"/>`,
      `<path d="M0 ${mouth + 8}v11" stroke="#c9566c" stroke-width="1.2"/>`,
    );
  }
  const line = `M0 ${below - 2}V${mouth}M${-corner} ${mouth - (smiling ? 3 : -2)}Q${-corner * 0.5} ${mouth + depth} 0 ${mouth}Q${corner * 0.5} ${mouth + depth} ${corner} ${mouth - (smiling ? 3 : -2)}`;
  dog.add(
    `<path d="${line}" fill="none" stroke="#1c110d" stroke-width="2" stroke-linecap="round"/>`,
    `<path d="${closedPath(
      rounded([
        [-9, below - halfHeight * 0.62 - 2],
        [0, below - halfHeight * 0.62 - 5],
        [9, below - halfHeight * 0.62 - 2],
        [5, below - halfHeight * 0.62 + 6],
        [0, below - halfHeight * 0.62 + 9],
        [-5, below - halfHeight * 0.62 + 6],
      ]),
    )}" fill="#17110f"/>`,
    `<ellipse cx="-3" cy="${below - halfHeight * 0.62 - 1.5}" rx="3" ry="1.7" fill="#8d8583"/>`,
  );
}
