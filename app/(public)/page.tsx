/** What a stranger sees: what Semblance is, how a comparison works, and the way in. */
import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonLink } from "@/components/button";
import { currentUser } from "@/lib/platform/accounts/current-user";

const steps: { title: string; text: ReactNode }[] = [
  {
    title: "Import captions",
    text: "Photographs with captions in any usual layout, or a list of prompts alone. A preview lists every rejected file with the reason.",
  },
  {
    title: "Fine-tune a model",
    text: "Optional: GLIDE’s base and upsampler, from OpenAI’s weights or from scratch, with live loss and previews. An interrupted run resumes with exactly the same result.",
  },
  {
    title: "Draw samples, or import them",
    text: "Same captions, same seeds, same settings: only the model differs. Folders of images from any other generator are matched to the captions and compared alike.",
  },
  {
    title: "Collect blind ratings",
    text: "Two images, one caption: which matches better? A rater’s browser never learns which model drew which image. Raters need a link and a phone, no account.",
  },
  {
    title: "Report with intervals",
    text: "A leaderboard from the raw votes, automatic metrics next to it, an interval for every result, and everything as CSV.",
  },
];

export default async function HomePage() {
  const member = await currentUser();
  const panel = member !== null && member.role !== "RATER";
  return (
    <>
      <section className="grid items-center gap-x-16 gap-y-12 lg:grid-cols-[1.15fr_1fr] lg:py-6">
        <div>
          <h1 className="font-serif text-[2.6rem] leading-[1.06] tracking-[-0.02em] sm:text-[3.6rem]">
            How well does an image match its caption?
          </h1>
          <p className="mt-6 max-w-[52ch] text-lg leading-relaxed text-muted">
            Semblance measures it, with blind ratings and automatic metrics. It also fine-tunes text-to-image
            models to do better, on your photographs and your machine.
          </p>
          <div className="mt-8 flex flex-wrap gap-3">
            <ButtonLink href={panel ? "/admin" : member ? "/account" : "/sign-in"} variant="primary">
              {panel ? "Open dashboard" : member ? "Your account" : "Sign in"}
              <ArrowRight className="size-4" aria-hidden="true" />
            </ButtonLink>
          </div>
          <p className="mt-5 max-w-[52ch] text-sm text-muted">
            Were you asked to rate images? Just open the link you received.
          </p>
        </div>
        <BlindPair />
      </section>
      <section className="mt-20 border-t pt-10 sm:mt-28" aria-labelledby="how">
        <h2 id="how" className="font-serif text-2xl">
          From captions to results
        </h2>
        <ol className="mt-7 grid gap-x-10 gap-y-8 sm:grid-cols-2 lg:grid-cols-3">
          {steps.map((step, index) => (
            <li key={step.title} className="grid grid-cols-[2rem_1fr] content-start">
              <span className="numeric font-serif text-lg leading-tight text-accent" aria-hidden="true">
                {index + 1}
              </span>
              <div>
                <h3 className="leading-snug font-semibold">{step.title}</h3>
                <p className="mt-1.5 text-sm leading-relaxed text-muted">{step.text}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

/** The instrument itself, drawn: a caption, two images that nobody has named, four answers. */
function BlindPair() {
  return (
    <figure
      className="rounded-lg border bg-surface p-5 shadow-raised sm:p-7"
      aria-label="A blind pair, sketched"
    >
      <p className="caption-text text-center text-xl text-balance">
        a brown dog with its tongue out, lying in autumn leaves
      </p>
      <div className="mt-5 grid grid-cols-2 gap-3 sm:gap-4">
        <DogSketch fur="#8a5a34" shade="#6d4526" tongue leaves />
        <DogSketch fur="#3a3a3c" shade="#242426" tongue={false} leaves={false} />
      </div>
      <div
        className="mt-4 grid grid-cols-[1.4fr_1fr_1fr_1.4fr] items-center gap-1.5 text-center text-[0.8125rem]"
        aria-hidden="true"
      >
        <span className="rounded-md border border-accent bg-accent-soft py-2 font-medium text-accent">
          Left
        </span>
        <span className="py-2 text-muted">Equal</span>
        <span className="py-2 text-muted">Neither</span>
        <span className="rounded-md border border-field/60 py-2 text-muted">Right</span>
      </div>
      <figcaption className="sr-only">
        A caption above two drawn dogs. The left one is brown, shows its tongue and lies in leaves; the right
        one does not. The answer “left” is chosen.
      </figcaption>
    </figure>
  );
}

const leafPlaces = [
  [14, 82, 20],
  [26, 90, -35],
  [40, 86, 60],
  [55, 92, 10],
  [69, 88, -20],
  [82, 84, 45],
  [90, 92, 0],
  [7, 93, 70],
  [48, 95, -60],
] as const;

function DogSketch({
  fur,
  shade,
  tongue,
  leaves,
}: {
  fur: string;
  shade: string;
  tongue: boolean;
  leaves: boolean;
}) {
  return (
    <svg viewBox="0 0 100 100" className="w-full rounded-sm" aria-hidden="true" focusable="false">
      <rect width="100" height="100" fill={leaves ? "#d9d3bd" : "#c9d4d6"} />
      <rect y="70" width="100" height="30" fill={leaves ? "#93a06a" : "#9fb0ae"} />
      {leaves
        ? leafPlaces.map(([x, y, turn], index) => (
            <path
              key={`${x}-${y}`}
              d="M0-5C3-3 3 2 0 5C-3 2-3-3 0-5Z"
              transform={`translate(${x} ${y}) rotate(${turn})`}
              fill={["#c4622d", "#d99a3d", "#a8482b"][index % 3]}
            />
          ))
        : null}
      <ellipse cx="56" cy="74" rx="31" ry="14" fill={fur} />
      <path d="M84 70c7-3 10-9 8-15-5 2-9 8-12 12Z" fill={fur} />
      <path d="M30 80h26a5 5 0 0 1 0 9H30a5 5 0 0 1 0-9Z" fill={shade} />
      <ellipse cx="34" cy="51" rx="19" ry="18" fill={fur} />
      <path d="M18 43c-7 2-9 13-6 21 5 1 9-4 10-10Z" fill={shade} />
      <path d="M50 43c7 2 9 13 6 21-5 1-9-4-10-10Z" fill={shade} />
      <ellipse cx="34" cy="60" rx="10" ry="8.5" fill={leaves ? "#c79b6d" : "#5b5b5e"} />
      {tongue ? <path d="M31 65h7v6a3.5 3.5 0 0 1-7 0Z" fill="#d8707a" /> : null}
      <ellipse cx="34" cy="56" rx="3.4" ry="2.5" fill="#16140f" />
      <circle cx="27" cy="48" r="2.2" fill="#16140f" />
      <circle cx="41" cy="48" r="2.2" fill="#16140f" />
      <path
        d="M34 58.500v4.500m0 0c-1.500 2-4 2-5 .5m5-.5c1.500 2 4 2 5 .5"
        fill="none"
        stroke="#16140f"
        strokeWidth="1"
        strokeLinecap="round"
      />
    </svg>
  );
}
