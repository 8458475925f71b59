/** The guide of a first visit: one line over the page with the next step, until it is finished or skipped. */
"use client";

import { Check, ChevronDown, X } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import type { Guide, GuideStepKey } from "@/lib/dashboard/guide";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { Button, ButtonAnchor, ButtonLink } from "../button";
import { classNames } from "../class-names";

const pollMs = 4000;

type StepText = { title: string; short: string; text: string; action: string };

const texts: Record<GuideStepKey, StepText> = {
  example: {
    title: "See an example",
    short: "Example",
    text: "A small model drew dogs, often in the wrong colour, and was then fine-tuned. The example study compares both with real images. Its votes are simulated.",
    action: "Open the example",
  },
  rate: {
    title: "Rate five pairs yourself",
    short: "Rate",
    text: "In the second study, the votes are yours. You see two images and a caption, but not which model drew them.",
    action: "Rate pairs",
  },
  leaderboard: {
    title: "See the leaderboard change",
    short: "Leaderboard",
    text: "Your votes count immediately. With so few, the intervals are wide, and the page says so.",
    action: "Open your leaderboard",
  },
  "fine-tune": {
    title: "Start your own fine-tune",
    short: "Fine-tune",
    text: "The form is filled in for a run of a few minutes. Loss and previews appear while it trains.",
    action: "Fill in the form",
  },
  export: {
    title: "Export the results",
    short: "Export",
    text: "Download the leaderboard or the raw votes as CSV.",
    action: "Go to the files",
  },
};

/** `read` and `end` are the server actions of the same names; `end` is for good. */
export function GuidePanel({
  initial,
  read,
  end,
}: {
  initial: Guide;
  read: (input: Record<string, never>) => Promise<ActionResult<Guide | null>>;
  end: (input: Record<string, never>) => Promise<ActionResult<void>>;
}) {
  const [guide, setGuide] = useState<Guide | null>(initial);
  const [ending, startEnding] = useTransition();
  const path = usePathname() ?? "";
  const query = useSearchParams()?.toString() ?? "";
  // A link to the page that is open would do nothing.
  const here = query === "" ? path : `${path}?${query}`;
  const shown = guide !== null;

  // The dashboard's frame stays while people move about: what they did is asked for again on every page, and while they
  // are on one, where a download or a vote in another tab changes it.
  useEffect(() => {
    if (!shown) return;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await read({}).catch(() => null);
      if (answer?.ok) setGuide(answer.value);
    };
    void ask();
    const timer = setInterval(ask, pollMs);
    return () => clearInterval(timer);
  }, [path, shown, read]);

  if (guide === null) return null;
  const at = guide.steps.findIndex(({ done }) => !done);
  const step = guide.steps[at];
  const close = () =>
    startEnding(async () => {
      const answer = await end({}).catch(() => null);
      if (answer?.ok) setGuide(null);
    });
  return (
    <aside
      aria-label="First visit"
      className="flex items-center gap-x-3 border-b border-accent/40 bg-accent-soft px-4 py-1 sm:gap-x-5 sm:px-8 lg:px-12"
    >
      <ol aria-label="Steps" className="flex shrink-0 gap-2.5 text-[0.8125rem] max-sm:hidden">
        {guide.steps.map(({ key, done }, index) => (
          <li
            key={key}
            aria-current={index === at ? "step" : undefined}
            className={classNames(
              "inline-flex items-center gap-1",
              index === at ? "font-semibold text-accent" : "text-muted",
            )}
          >
            {done ? <Check className="size-3.5" aria-label="Done:" /> : <span>{index + 1}</span>}
            <span className="sr-only">{texts[key].short}</span>
          </li>
        ))}
      </ol>
      <div className="min-w-0 grow text-sm" aria-live="polite">
        <details className="group relative">
          <summary className="flex cursor-pointer list-none items-center gap-1 py-1 font-semibold [&::-webkit-details-marker]:hidden">
            <span className="truncate">
              {step ? texts[step.key].title : "You have finished the tour"}
              {step?.key === "rate" && guide.votes > 0 ? `: ${guide.votes} of 5 are rated` : null}
            </span>
            <ChevronDown
              className="size-4 shrink-0 transition-transform group-open:rotate-180"
              aria-hidden="true"
            />
          </summary>
          <p className="absolute z-20 mt-1 w-[min(68ch,calc(100vw-2rem))] rounded-md border bg-surface px-4 py-3 text-muted shadow-raised">
            {step
              ? texts[step.key].text
              : "Next, import your own photographs: Datasets, then Import. You can remove the demo under Settings."}
          </p>
        </details>
      </div>
      {step && step.href !== here ? <StepLink step={step.key} href={step.href} /> : null}
      <Button
        variant={step ? "quiet" : "primary"}
        size="sm"
        pending={ending}
        onClick={close}
        icon={<X className="size-4 sm:hidden" aria-hidden="true" />}
      >
        <span className="max-sm:sr-only">{step ? "Skip the guide" : "Close the guide"}</span>
      </Button>
    </aside>
  );
}

/** Raters' pages are served by another router, which a link of this one cannot lead to. */
function StepLink({ step, href }: { step: GuideStepKey; href: string }) {
  const looks = { href, variant: "primary", size: "sm" } as const;
  const label = texts[step].action;
  if (step === "rate") return <ButtonAnchor {...looks}>{label}</ButtonAnchor>;
  return (
    <ButtonLink {...looks} prefetch={false}>
      {label}
    </ButtonLink>
  );
}
