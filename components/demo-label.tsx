/** The label of whatever belongs to the demo, and the sentence that says what it means. */
import { Badge } from "./badge";

/** Stands beside the name of `of`, in lists and at the head of pages; nothing where that is no part of the demo. */
export function DemoLabel({ of }: { of: { isDemo: boolean } }) {
  return of.isDemo ? (
    <span className="ms-2 inline-block align-middle">
      <Badge tone="warn">Miniature</Badge>
    </span>
  ) : null;
}

/** Says once on a page what the label means. `simulatedVotes`: the page shows answers that no person gave. */
export function DemoNote({ simulatedVotes = false }: { simulatedVotes?: boolean }) {
  return (
    <details className="-mt-3 mb-5 max-w-[80ch] text-sm text-muted">
      <summary className="w-fit cursor-pointer py-1 font-medium text-warn">
        A miniature, from the demo{simulatedVotes ? ". Its answers are simulated: no person gave them" : null}
      </summary>
      <p className="pb-1">
        Its images are rendered by a program, and its models are a fraction of GLIDE’s size. The results show
        how Semblance works; they say nothing about photographs or GLIDE itself.
        {simulatedVotes ? " The simulated answers are deleted with the demo, under Settings." : null}
      </p>
    </details>
  );
}
