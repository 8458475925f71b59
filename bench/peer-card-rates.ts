/** PyTorch's times for the convolutions of GLIDE on the same card. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const levels = [
  { channels: 192, side: 64 },
  { channels: 384, side: 32 },
  { channels: 576, side: 16 },
  { channels: 768, side: 8 },
] as const;

/** Null where there is no Python with torch and a card of NVIDIA's, as in a rehearsal. */
export async function peerRates(interpreter: string | null, isRehearsal: boolean) {
  if (interpreter === null || isRehearsal) return null;
  const shapes = [1, 8].flatMap((images) =>
    levels.map(({ channels, side }) => ({ images, channels, outputs: channels, side, kernel: 3 })),
  );
  const script = fileURLToPath(new URL("peer/card_rates.py", import.meta.url));
  const answer = await new Promise<string>((resolve, reject) => {
    const child = execFile(interpreter, [script], (error, output) =>
      error ? reject(error) : resolve(output),
    );
    child.stdin!.end(shapes.map((shape) => `${JSON.stringify(shape)}\n`).join(""));
  });
  const times = answer.trim().split("\n");
  return shapes.map((shape, index) => ({ ...shape, milliseconds: JSON.parse(times[index]!) }));
}
