/** Captioned photographs for browser tests: the real ones where they are beside the clone, else drawn ones. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { sharedPath } from "@/tests/shared";

export type Photograph = { path: string; caption: string };

/**
 * `count` photographs with a caption file of the same stem beside each. They are copied or drawn into `folder`, so
 * that a test may import the folder as a researcher would.
 */
export async function photographs(folder: string, count: number): Promise<Photograph[]> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const real = sharedPath("dogs/images");
  const made = real ? realPhotographs(real, count) : await drawnPhotographs(count);
  return made.map(({ name, bytes, caption }) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    writeFileSync(join(folder, name.replace(/\.\w+$/, ".txt")), `${caption}\n`);
    return { path, caption };
  });
}

function realPhotographs(source: string, count: number) {
  return readdirSync(source)
    .filter((name) => name.endsWith(".jpg"))
    .sort()
    .slice(0, count)
    .map((name) => ({
      name: basename(name),
      bytes: readFileSync(join(source, name)),
      caption: readFileSync(join(source, name.replace(/\.jpg$/, ".txt")), "utf8")
        .split("\n")[0]!
        .trim(),
    }));
}

const coats = ["brown", "black", "white", "golden"];
const grounds = { grass: "#5d8f4b", beach: "#dcc89a", snow: "#eef2f5", couch: "#8c5a4a" };

/** A dog's head in front of a setting, with a photograph's grain; every number gives another image. */
async function drawnPhotographs(count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const coat = coats[index % coats.length]!;
      const [ground, colour] = Object.entries(grounds)[Math.floor(index / coats.length) % 4]!;
      const turn = (index * 7) % 40;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="${300 + turn}">
        <rect width="100%" height="60%" fill="#a9c4de"/><rect y="55%" width="100%" height="50%" fill="${colour}"/>
        <g transform="translate(${190 + turn} 160)" fill="${coat === "golden" ? "#d9a441" : coat}" stroke="#222">
        <ellipse rx="70" ry="60"/><ellipse cx="-62" cy="-30" rx="22" ry="44"/><ellipse cx="62" cy="-30" rx="22" ry="44"/></g>
        <g transform="translate(${190 + turn} 160)" fill="#222"><circle cx="-24" cy="-8" r="8"/><circle cx="24" cy="-8" r="8"/>
        <ellipse cy="20" rx="14" ry="9"/></g></svg>`;
      const bytes = await sharp(Buffer.from(svg))
        .composite([
          {
            input: {
              create: {
                width: 300,
                height: 300,
                channels: 3,
                background: "#888",
                noise: { type: "gaussian", mean: 128, sigma: 12 },
              },
            },
            blend: "soft-light",
            tile: true,
          },
        ])
        .jpeg({ quality: 88 })
        .toBuffer();
      return {
        name: `drawn-${String(index).padStart(2, "0")}.jpg`,
        bytes,
        caption: `${coat} dog on ${ground}, number ${index}`,
      };
    }),
  );
}
