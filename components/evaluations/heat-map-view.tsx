/** Where a network finds each word of the caption: choose a word, and its map is over the images. */
"use client";

import { useState } from "react";
import { classNames } from "@/components/class-names";
import { Image } from "@/components/image";
import { formatMeasure } from "@/components/numbers";
import type { HeatMaps } from "@/lib/evaluations/heat-maps";
import { bestPatch, heatColour, heatMapCells, type WordHeatMap } from "@/lib/metrics/scores/heat-map";

type Shown = {
  key: string;
  label: string;
  sha256: string;
  map: WordHeatMap;
  pixelated: boolean;
};

export function HeatMapView({
  maps,
  language,
  generated,
  real,
}: {
  maps: HeatMaps;
  /** Of the words (BCP 47). */
  language: string;
  generated: { sha256: string; pixelated: boolean };
  real: { sha256: string };
}) {
  const [word, setWord] = useState(0);
  const [strength, setStrength] = useState(0.6);
  const images: Shown[] = [
    { key: "generated", label: "Sample", map: maps.generated, ...generated },
    { key: "real", label: "Photograph", map: maps.real, pixelated: false, ...real },
  ];
  const { words } = maps.generated;
  return (
    <div className="grid gap-5">
      <fieldset>
        <legend className="mb-2 text-sm font-semibold">Word</legend>
        <div className="flex flex-wrap gap-1.5">
          {words.map((text, index) => (
            <button
              key={index}
              type="button"
              lang={language}
              aria-pressed={index === word}
              onClick={() => setWord(index)}
              className={classNames(
                "caption-text min-h-8 rounded-md border px-2.5 text-[0.9375rem]",
                index === word ? "border-accent bg-accent-soft text-ink" : "border-field/50 hover:bg-sunken",
              )}
            >
              {text}
            </button>
          ))}
        </div>
      </fieldset>
      <div className="grid gap-5 sm:grid-cols-2">
        {images.map((image) => (
          <HeatMapImage key={image.key} image={image} word={word} strength={strength} />
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-x-8 gap-y-3 text-[0.8125rem] text-muted">
        <label className="flex items-center gap-2">
          Map
          <input
            type="range"
            min={0}
            max={0.9}
            step={0.1}
            value={strength}
            onChange={(event) => setStrength(Number(event.target.value))}
            className="w-36 accent-(--accent)"
          />
        </label>
        <span className="flex items-center gap-2" aria-hidden="true">
          least similar
          <span
            className="h-2.5 w-28 rounded-full"
            style={{
              background: `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map(heatColour).join(", ")})`,
            }}
          />
          most similar
        </span>
      </div>
    </div>
  );
}

/** CLIP looks at the centred square alone, so that is what is shown. */
function HeatMapImage({ image, word, strength }: { image: Shown; word: number; strength: number }) {
  const { map, label, sha256, pixelated } = image;
  const known = word < map.words.length ? word : 0;
  const cells = heatMapCells(map, known, { width: 1, height: 1 });
  const best = bestPatch(map, known);
  const [row, column] = [Math.floor(best / map.gridWidth) + 1, (best % map.gridWidth) + 1];
  const said = `“${map.words[known]}” is found most in row ${row} of ${map.gridHeight}, column ${column} of ${map.gridWidth}`;
  return (
    <figure className="grid content-start gap-1.5">
      <div className="relative">
        <Image sha256={sha256} alt={`${label}: ${said}`} pixelated={pixelated} />
        <svg viewBox="0 0 1 1" className="absolute inset-0 size-full rounded-sm" aria-hidden="true">
          {cells.map(({ x, y, width, height, colour, best: isBest }) => (
            <rect
              key={`${x} ${y}`}
              x={x}
              y={y}
              width={width}
              height={height}
              fill={colour}
              fillOpacity={strength}
              stroke={isBest ? "#ffffff" : "none"}
              strokeWidth={isBest ? 0.012 : 0}
            />
          ))}
        </svg>
      </div>
      <figcaption className="numeric text-[0.8125rem] text-muted">
        <span className="text-ink">{label}.</span> {said} (cosine{" "}
        {formatMeasure(map.similarity[known]![best]!, 3)}).
      </figcaption>
    </figure>
  );
}
