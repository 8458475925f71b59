/** The way back from rating during a first visit; raters who were invited never see it. */
export function GuideReturn({ href }: { href: string }) {
  return (
    <p className="border-b bg-accent-soft px-4 py-2 text-center text-sm">
      First visit: rate five pairs, then{" "}
      <a href={href} className="prose-link">
        see the leaderboard change
      </a>
      .
    </p>
  );
}
