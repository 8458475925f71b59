/** The label of what belongs to the demo, and what the label means. */
import { Badge } from "./badge";

/** Beside the name of `of` in lists; nothing where that is not part of the demo. */
export function DemoLabel({ of }: { of: { isDemo: boolean } }) {
  return of.isDemo ? (
    <span className="ms-2 inline-block align-middle">
      <Badge tone="warn">Miniature</Badge>
    </span>
  ) : null;
}

/**
 * At the head of a page: the same label, which opens to say what it means. `simulatedVotes`: the page shows answers that
 * no person gave.
 */
export function DemoNote({ simulatedVotes = false }: { simulatedVotes?: boolean }) {
  return (
    <details className="relative text-sm">
      <summary className="flex cursor-pointer list-none flex-wrap gap-2 rounded-sm [&::-webkit-details-marker]:hidden">
        <Badge tone="warn">Miniature</Badge>
        {simulatedVotes ? <Badge tone="warn">Its answers are simulated</Badge> : null}
      </summary>
      <p className="absolute z-20 mt-1.5 w-80 rounded-md border bg-surface px-4 py-3 text-muted shadow-raised max-sm:fixed max-sm:inset-x-4 max-sm:w-auto">
        Part of the demo. Its images are rendered by a program, and its models are a fraction of GLIDE’s size.
        The results show how Semblance works; they say nothing about photographs or GLIDE itself.
        {simulatedVotes
          ? " No person gave its answers. They are deleted with the demo, under Settings."
          : null}
      </p>
    </details>
  );
}
