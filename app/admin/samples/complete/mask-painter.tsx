/** An image, and a mask that is painted on it or uploaded. */
"use client";

import { Eraser, ImageUp, Undo2 } from "lucide-react";
import {
  type ChangeEvent,
  type PointerEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { Button } from "@/components/button";
import { FieldError } from "@/components/field";
import { imageAddress } from "@/components/image";

export type PaintedMask = {
  /** Both of one size, as PNG; the mask is white where it is painted. Null without an image or a mask. */
  readonly files: () => Promise<{ image: File; mask: File } | null>;
};

/** Larger images are scaled down: no model draws more. */
const largestSidePx = 512;

/** Values of a mask's file from here on, of 0 to 255, are redrawn. */
const erasedFrom = 128;

type Stroke = { radius: number; points: { x: number; y: number }[] } | ImageBitmap;

/** An image's largest square in its middle, and its whole size. */
type Chosen = { canvas: HTMLCanvasElement; widthPx: number; heightPx: number };

export function MaskPainter({ ref, imageSha256 }: { ref: Ref<PaintedMask>; imageSha256: string | null }) {
  const id = useId();
  const imageInput = useRef<HTMLInputElement>(null);
  const maskInput = useRef<HTMLInputElement>(null);
  const shown = useRef<HTMLCanvasElement>(null);
  const mask = useRef<HTMLCanvasElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const [brush, setBrush] = useState(12);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (imageSha256 === null) return;
    let isCurrent = true;
    fetch(imageAddress(imageSha256))
      .then(async (response) => cutSquare(await createImageBitmap(await response.blob())))
      .then((square) => isCurrent && setChosen(square))
      .catch(() => isCurrent && setError("This image cannot be read. Choose another one."));
    return () => {
      isCurrent = false;
    };
  }, [imageSha256]);

  useEffect(() => {
    const [image, painted] = [shown.current, mask.current];
    if (!chosen || !image || !painted) return;
    for (const canvas of [image, painted]) canvas.width = canvas.height = chosen.canvas.width;
    image.getContext("2d")?.drawImage(chosen.canvas, 0, 0);
    paint(painted, strokes);
  }, [chosen, strokes]);

  useImperativeHandle(ref, () => ({
    async files() {
      if (!chosen || !mask.current || strokes.length === 0) return null;
      const flat = toBlackAndWhite(mask.current);
      return { image: await toPng(chosen.canvas, "photograph.png"), mask: await toPng(flat, "mask.png") };
    },
  }));

  async function readFile(event: ChangeEvent<HTMLInputElement>, use: (bitmap: ImageBitmap) => void) {
    const file = event.target.files?.[0];
    // The same file, corrected, can be chosen again.
    event.target.value = "";
    if (!file) return;
    setError(null);
    try {
      use(await createImageBitmap(file));
    } catch {
      setError(`${file.name} is not an image that can be read. Choose a JPEG, PNG or WebP file.`);
    }
  }

  function useMask(bitmap: ImageBitmap) {
    if (!chosen) return;
    if (bitmap.width !== chosen.widthPx || bitmap.height !== chosen.heightPx) {
      setError(
        `The mask is ${bitmap.width} × ${bitmap.height} px, but the image is ${chosen.widthPx} × ${chosen.heightPx} px. Use a mask of the image’s size.`,
      );
      return;
    }
    setStrokes([...strokes, bitmap]);
  }

  function place(event: PointerEvent<HTMLCanvasElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = event.currentTarget.width / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  function startStroke(event: PointerEvent<HTMLCanvasElement>) {
    if (!chosen) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setError(null);
    const radius = (brush / 200) * chosen.canvas.width;
    setStrokes([...strokes, { radius, points: [place(event)] }]);
  }

  function goOn(event: PointerEvent<HTMLCanvasElement>) {
    const last = strokes.at(-1);
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !last || !("points" in last)) return;
    setStrokes([...strokes.slice(0, -1), { ...last, points: [...last.points, place(event)] }]);
  }

  return (
    <div className="grid gap-3">
      <div className="relative aspect-square w-full max-w-md overflow-hidden rounded-sm bg-sunken">
        {chosen ? (
          <>
            <canvas
              ref={shown}
              className="absolute inset-0 size-full"
              role="img"
              aria-label="Image to complete"
            />
            <canvas
              ref={mask}
              className="absolute inset-0 size-full cursor-crosshair touch-none opacity-65"
              role="img"
              aria-label="Mask: the painted part is redrawn"
              onPointerDown={startStroke}
              onPointerMove={goOn}
            />
          </>
        ) : (
          <p className="absolute inset-0 grid place-items-center p-4 text-center text-sm text-muted">
            Choose a photograph. Its middle square is used.
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon={<ImageUp className="size-4" aria-hidden="true" />}
          onClick={() => imageInput.current?.click()}
        >
          {chosen ? "Another image" : "Choose an image"}
        </Button>
        {chosen ? (
          <>
            <Button onClick={() => maskInput.current?.click()}>Upload a mask</Button>
            <Button
              icon={<Undo2 className="size-4" aria-hidden="true" />}
              disabled={strokes.length === 0}
              onClick={() => setStrokes(strokes.slice(0, -1))}
            >
              Undo
            </Button>
            <Button
              icon={<Eraser className="size-4" aria-hidden="true" />}
              disabled={strokes.length === 0}
              onClick={() => setStrokes([])}
            >
              Clear
            </Button>
          </>
        ) : null}
      </div>
      {chosen ? (
        <>
          <label htmlFor={id} className="grid max-w-md gap-1 text-sm font-semibold">
            Brush size
            <input
              id={id}
              type="range"
              className="accent-accent"
              min={2}
              max={50}
              value={brush}
              onChange={(event) => setBrush(Number(event.target.value))}
            />
          </label>
          <p className="max-w-md text-[0.8125rem] leading-snug text-muted">
            Paint over the part to redraw, or upload a mask of the image’s size that is white there and black
            elsewhere.
          </p>
        </>
      ) : null}
      {error ? <FieldError>{error}</FieldError> : null}
      {[
        { input: imageInput, label: "Image file", use: chooseImage },
        { input: maskInput, label: "Mask file", use: useMask },
      ].map(({ input, label, use }) => (
        <input
          key={label}
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          className="sr-only"
          tabIndex={-1}
          aria-label={label}
          onChange={(event) => void readFile(event, use)}
        />
      ))}
    </div>
  );

  function chooseImage(bitmap: ImageBitmap) {
    setChosen(cutSquare(bitmap));
    setStrokes([]);
  }
}

function cutSquare(bitmap: ImageBitmap): Chosen {
  const { width: widthPx, height: heightPx } = bitmap;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(widthPx, heightPx, largestSidePx);
  drawSquare(canvas, bitmap);
  return { canvas, widthPx, heightPx };
}

/** The largest square in the middle, scaled to the canvas. */
function drawSquare(canvas: HTMLCanvasElement, bitmap: ImageBitmap) {
  const side = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  const context = canvas.getContext("2d");
  if (!context) return;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
}

function paint(canvas: HTMLCanvasElement, strokes: readonly Stroke[]) {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = context.strokeStyle = "#d61f69";
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke instanceof ImageBitmap) paintFile(canvas, stroke);
    else {
      const [first, ...others] = stroke.points;
      context.lineWidth = 2 * stroke.radius;
      context.beginPath();
      context.moveTo(first!.x, first!.y);
      for (const { x, y } of others.length > 0 ? others : [first!]) context.lineTo(x, y);
      context.stroke();
    }
  }
}

/** Paints where a mask's file is white. */
function paintFile(canvas: HTMLCanvasElement, bitmap: ImageBitmap) {
  const whole = document.createElement("canvas");
  whole.width = whole.height = canvas.width;
  drawSquare(whole, bitmap);
  const from = whole.getContext("2d");
  const context = canvas.getContext("2d");
  if (!from || !context) return;
  const { data } = from.getImageData(0, 0, whole.width, whole.height);
  for (let at = 0; at < data.length / 4; at++) {
    if (data[4 * at]! >= erasedFrom) context.fillRect(at % whole.width, Math.floor(at / whole.width), 1, 1);
  }
}

function toBlackAndWhite(painted: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = painted.width;
  const context = canvas.getContext("2d");
  const from = painted.getContext("2d");
  if (!context || !from) return canvas;
  const pixels = from.getImageData(0, 0, painted.width, painted.height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    pixels.data.fill(pixels.data[at + 3]! >= erasedFrom ? 255 : 0, at, at + 3);
    pixels.data[at + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

async function toPng(canvas: HTMLCanvasElement, name: string): Promise<File> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
  return new File([blob!], name, { type: "image/png" });
}
