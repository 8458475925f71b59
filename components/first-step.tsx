/** Shown if a page has nothing to work with yet: what is needed first, with a link. */
import { ButtonLink } from "./button";
import { EmptyState } from "./empty-state";

const steps = {
  dataset: {
    title: "Import a dataset first",
    href: "/admin/datasets/new",
    action: "Import a dataset",
  },
  model: {
    title: "Add a model first",
    href: "/admin/models/new",
    action: "Register a model",
  },
  samples: {
    title: "Draw or import samples first",
    href: "/admin/samples",
    action: "Sample sets",
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
