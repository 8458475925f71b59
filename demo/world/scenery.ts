/** Draws what stands behind and around the dog: six settings. */
import type { Random } from "@/lib/numerics/random";
import { pick, type Setting } from "./attributes";
import { round } from "./brush";

/** A setting in layers: behind the dog, and what lies before its paws. */
export type Scenery = { readonly behind: string; readonly before: string };

export function drawScenery(random: Random, setting: Setting): Scenery {
  return painters[setting](random);
}

const painters: Readonly<Record<Setting, (random: Random) => Scenery>> = {
  "grass with autumn leaves": autumnGrass,
  "beach with waves": beach,
  couch,
  snow,
  "orange wall": orangeWall,
  "cherry blossoms": cherryBlossoms,
};

const full = (fill: string, y = 0, height = 256) =>
  `<rect x="0" y="${y}" width="256" height="${height}" fill="${fill}"/>`;

function vertical(id: string, ...stops: readonly string[]): string {
  const marks = stops.map(
    (colour, index) => `<stop offset="${index / (stops.length - 1)}" stop-color="${colour}"/>`,
  );
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${marks.join("")}</linearGradient>`;
}

const blur = (id: string, deviation: number) =>
  `<filter id="${id}" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="${deviation}"/></filter>`;

/** A number between the two, uniform. */
const between = (random: Random, least: number, most: number) => least + (most - least) * random.uniform();

function autumnGrass(random: Random): Scenery {
  const trees = Array.from({ length: 16 }, (_, index) => {
    const colour = pick(random, ["#d9822b", "#c8551f", "#e0a63a", "#8f9a3c", "#b5401d"]);
    return `<circle cx="${index * 18 - 6}" cy="${round(between(random, 10, 78))}" r="${round(between(random, 18, 32))}" fill="${colour}"/>`;
  });
  const blades = (from: number, to: number, count: number) =>
    Array.from({ length: count }, () => {
      const [x, y] = [between(random, 0, 256), between(random, from, to)];
      return `M${round(x)} ${round(y)}q${round(between(random, -2, 2))} -4 ${round(between(random, -4, 4))} -8`;
    }).join("");
  const grass = (from: number, to: number, count: number) =>
    `<path d="${blades(from, to, count)}" stroke="#a9c95a" stroke-opacity="0.6" stroke-width="1.3" fill="none"/>` +
    `<path d="${blades(from, to, count)}" stroke="#33591f" stroke-opacity="0.6" stroke-width="1.3" fill="none"/>`;
  const leaves = (count: number, from: number, to: number) =>
    Array.from({ length: count }, () => {
      const y = between(random, from, to);
      const size = 0.55 + (0.75 * (y - 120)) / 136;
      const colour = pick(random, ["#e8641b", "#d23c17", "#f0a024", "#c9781e", "#f4c430"]);
      return `<path transform="translate(${round(between(random, 0, 256))} ${round(y)}) rotate(${random.integer(360)}) scale(${round(size)})" d="M0 -10Q8 -4 6 4Q3 9 0 10Q-3 9 -6 4Q-8 -4 0 -10Z" fill="${colour}" stroke="#7d2f0c" stroke-opacity="0.5" stroke-width="0.9"/>`;
    }).join("");
  const behind =
    `<defs>${vertical("sky", "#f6d9a2", "#f3c57e")}${vertical("ground", "#7c9c3e", "#5d8a34", "#426f28")}${blur("far", 5)}</defs>` +
    full("url(#sky)") +
    `<g filter="url(#far)">${trees.join("")}${full("#8aa047", 104, 40)}</g>` +
    full("url(#ground)", 118, 138) +
    grass(124, 256, 160) +
    leaves(34, 126, 250);
  return { behind, before: leaves(7, 226, 252) + grass(238, 258, 40) };
}

function beach(random: Random): Scenery {
  const crest = (y: number, height: number, phase: number) => {
    const points = Array.from(
      { length: 9 },
      (_, index) => `${index * 32} ${round(y + height * Math.sin(index * 1.3 + phase))}`,
    );
    return `M${points.join("L")}`;
  };
  const waves = [104, 118, 134, 150].map((y, index) => {
    const phase = between(random, 0, 6);
    return (
      `<path d="${crest(y, 3, phase)}L256 ${y + 26}L0 ${y + 26}Z" fill="${["#2f8fbd", "#3aa0c8", "#4bb3d2", "#6cc7dc"][index]}"/>` +
      `<path d="${crest(y, 3, phase)}" fill="none" stroke="#fff" stroke-opacity="${0.65 + 0.1 * index}" stroke-width="${2 + index * 1.1}" stroke-linejoin="round"/>`
    );
  });
  const grains = Array.from({ length: 150 }, () => {
    return `M${round(between(random, 0, 256))} ${round(between(random, 182, 256))}h1.6`;
  }).join("");
  const phase = between(random, 0, 6);
  const clouds = Array.from({ length: 3 }, () => {
    const [x, y] = [between(random, 0, 256), between(random, 14, 60)];
    return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="38" ry="9" fill="#fff" fill-opacity="0.85"/><ellipse cx="${round(x + 14)}" cy="${round(y - 7)}" rx="20" ry="9" fill="#fff" fill-opacity="0.85"/>`;
  });
  const behind =
    `<defs>${vertical("sky", "#6db9ec", "#cfeaf8")}${vertical("sea", "#1d6fa3", "#2f8fbd")}${vertical("sand", "#e2c893", "#efdcb2", "#e5cd9c")}${blur("far", 3)}</defs>` +
    full("url(#sky)") +
    `<g filter="url(#far)">${clouds.join("")}</g>` +
    full("url(#sea)", 88, 90) +
    waves.join("") +
    `<path d="${crest(174, 5, phase)}L256 256L0 256Z" fill="#c9a971"/>` +
    `<path d="${crest(178, 5, phase)}L256 256L0 256Z" fill="url(#sand)"/>` +
    `<path d="${crest(173, 5, phase)}" fill="none" stroke="#fff" stroke-width="7" stroke-opacity="0.95" stroke-linejoin="round"/>` +
    `<path d="${grains}" stroke="#a8854d" stroke-opacity="0.5" stroke-width="1.3"/>`;
  return { behind, before: "" };
}

function couch(random: Random): Scenery {
  const cushion = pick(random, ["#f0d9a8", "#e8b9a0", "#d6d2ea"]);
  const side = random.integer(2) === 0 ? 30 : 178;
  const tufts = Array.from({ length: 5 }, (_, index) => {
    return `<circle cx="${28 + index * 50}" cy="112" r="3.4" fill="#15535b"/>`;
  });
  const behind =
    `<defs>${vertical("wall", "#efe3d2", "#d9c8b2")}${vertical("back", "#3c98a1", "#26757f", "#1d5f69")}${vertical("seat", "#4aa9b1", "#2b7f88")}${blur("soft", 4)}</defs>` +
    full("url(#wall)") +
    `<rect x="150" y="8" width="62" height="46" fill="#fff8ea" stroke="#8a6a48" stroke-width="4"/><path d="M152 46l18 -20l14 13l12 -9l14 16z" fill="#8fb58a"/>` +
    `<rect x="-10" y="66" width="276" height="140" rx="26" fill="url(#back)"/>` +
    `<path d="M86 70V178M170 70V178" stroke="#17525b" stroke-width="2.5" stroke-opacity="0.7"/>${tufts.join("")}` +
    `<rect x="${side}" y="100" width="56" height="54" rx="12" transform="rotate(${random.integer(21) - 10} ${side + 28} 127)" fill="${cushion}"/>` +
    `<rect x="-12" y="172" width="280" height="56" rx="18" fill="url(#seat)"/>` +
    `<rect x="0" y="218" width="256" height="40" fill="#1f626b"/>` +
    `<path d="M0 219H256" stroke="#6fc3c9" stroke-opacity="0.6" stroke-width="2"/>` +
    `<ellipse cx="128" cy="222" rx="110" ry="9" fill="#0e3c43" fill-opacity="0.45" filter="url(#soft)"/>`;
  return { behind, before: "" };
}

function snow(random: Random): Scenery {
  const pines = Array.from({ length: 7 }, (_, index) => {
    const x = index * 44 + between(random, -14, 14);
    const height = between(random, 62, 96);
    const layer = (from: number, half: number) =>
      `M${round(x)} ${round(128 - height * from)}l${half} ${round(height * 0.42)}h${-2 * half}z`;
    return (
      `<path d="${layer(1, 16)}${layer(0.75, 21)}${layer(0.5, 26)}" fill="#4b6f79"/>` +
      `<path d="${layer(1, 9)}${layer(0.75, 11)}" fill="#eef5fa" fill-opacity="0.8"/>`
    );
  });
  const flakes = (count: number, opacity: number) =>
    Array.from({ length: count }, () => {
      return `<circle cx="${round(between(random, 0, 256))}" cy="${round(between(random, 0, 256))}" r="${round(between(random, 1.2, 3))}" fill="#fff" fill-opacity="${opacity}"/>`;
    }).join("");
  const behind =
    `<defs>${vertical("sky", "#8fb2d3", "#cddff0")}${vertical("ground", "#dfeaf6", "#b9cfe8", "#a9c3e2")}${blur("far", 1.6)}</defs>` +
    full("url(#sky)") +
    `<g filter="url(#far)">${pines.join("")}</g>` +
    `<path d="M0 130Q60 ${round(between(random, 108, 124))} 128 126T256 122V256H0Z" fill="url(#ground)"/>` +
    `<path d="M0 168Q70 150 150 170T256 160V180Q180 190 120 182T0 186Z" fill="#f5faff" fill-opacity="0.75"/>` +
    `<path d="M0 214Q80 200 150 212T256 204V224Q180 232 110 226T0 230Z" fill="#f5faff" fill-opacity="0.7"/>` +
    flakes(34, 0.95);
  return { behind, before: flakes(12, 0.9) };
}

function orangeWall(random: Random): Scenery {
  const patches = Array.from({ length: 26 }, () => {
    const fill = pick(random, ["#ff9a3d", "#d95f0c", "#f9b05c", "#e8700f"]);
    return `<ellipse cx="${round(between(random, 0, 256))}" cy="${round(between(random, 0, 190))}" rx="${round(between(random, 10, 34))}" ry="${round(between(random, 6, 20))}" fill="${fill}" fill-opacity="0.28"/>`;
  });
  const joint = Math.round(between(random, 40, 210));
  const behind =
    `<defs>${vertical("wall", "#f98a25", "#ee7414", "#d9620c")}${vertical("ledge", "#cfc7bd", "#a39a8f")}${blur("soft", 6)}</defs>` +
    full("url(#wall)") +
    `<g filter="url(#soft)">${patches.join("")}<path d="M0 0L90 0L0 130Z" fill="#ffc27a" fill-opacity="0.55"/></g>` +
    full("#8b3c05", 190, 7) +
    full("url(#ledge)", 195, 61) +
    `<path d="M0 197H256" stroke="#f1ebe3" stroke-width="3"/><path d="M${joint} 198V256" stroke="#7f766c" stroke-width="2"/>`;
  return { behind, before: "" };
}

function cherryBlossoms(random: Random): Scenery {
  const blossom = (x: number, y: number, size: number) => {
    const fill = pick(random, ["#ffc4dc", "#ff9fc4", "#ffe0ee", "#f783b3"]);
    const petals = Array.from({ length: 5 }, (_, index) => {
      const angle = (index * 2 * Math.PI) / 5;
      return `<circle cx="${round(x + Math.cos(angle) * size)}" cy="${round(y + Math.sin(angle) * size)}" r="${round(size * 0.78)}" fill="${fill}"/>`;
    });
    return `${petals.join("")}<circle cx="${round(x)}" cy="${round(y)}" r="${round(size * 0.42)}" fill="#d6336c"/>`;
  };
  const cluster = (cx: number, cy: number, spread: number, count: number) =>
    Array.from({ length: count }, () =>
      blossom(cx + random.normal() * spread, cy + random.normal() * spread * 0.7, between(random, 3, 5.2)),
    ).join("");
  const far = Array.from({ length: 22 }, () => {
    return `<circle cx="${round(between(random, 0, 256))}" cy="${round(between(random, 30, 140))}" r="${round(between(random, 12, 24))}" fill="${pick(random, ["#f9bcd5", "#fbd3e3", "#f3a0c3"])}"/>`;
  });
  const petals = Array.from({ length: 40 }, () => {
    return `<ellipse cx="${round(between(random, 0, 256))}" cy="${round(between(random, 178, 254))}" rx="4.2" ry="2.2" transform="rotate(${random.integer(50) - 25} 128 220)" fill="#ffc9de"/>`;
  });
  const behind =
    `<defs>${vertical("sky", "#a9dcf5", "#e2f4fb")}${vertical("ground", "#b3d494", "#8fbe72")}${blur("far", 5)}</defs>` +
    full("url(#sky)") +
    `<g filter="url(#far)">${far.join("")}${full("#bfdca6", 150, 30)}</g>` +
    full("url(#ground)", 168, 88) +
    petals.join("") +
    `<path d="M-6 70Q60 44 96 14M-6 22Q40 34 70 6M262 84Q200 56 168 10M262 30Q220 30 196 4" stroke="#6b4436" stroke-width="5" fill="none" stroke-linecap="round"/>` +
    cluster(36, 40, 22, 17) +
    cluster(216, 46, 22, 17) +
    cluster(128, 6, 40, 9);
  return { behind, before: petals.slice(0, 6).join("") };
}
