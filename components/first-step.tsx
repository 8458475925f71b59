/** What stands where a page has nothing to work with yet: what is needed first, and the way there. */
import { ButtonLink } from "./button";
import { EmptyState } from "./empty-state";

const steps = {
  dataset: {
    title: "First, a dataset",
    href: "/admin/datasets/new",
    action: "Import a dataset",
  },
  model: {
    title: "First, a model",
    href: "/admin/models/new",
    action: "Register a model",
  },
  samples: {
    title: "First, samples",
    href: "/admin/samples/new",
    action: "Draw samples",
  },
} as const;

export function FirstStep({ of, text }: { of: keyof typeof steps; text: string }) {
  const { title, href, action } = steps[of];
  return (
    <EmptyState
      title={title}
      text={text}
      action={
        <ButtonLink href={href} variant="primary">
          {action}
        </ButtonLink>
      }
    />
  );
}
