/** The mark (two images and what they share) and the name next to it. */

export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <rect x="3" y="3" width="18" height="18" rx="1.5" fill="none" stroke="currentColor" strokeWidth="2.2" />
      <rect
        x="11"
        y="11"
        width="18"
        height="18"
        rx="1.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
      />
      <rect x="12.1" y="12.1" width="7.8" height="7.8" className="fill-accent" />
    </svg>
  );
}

export function Wordmark({ className = "" }: { className?: string }) {
  return (
    <span className={`inline-flex items-center gap-2.5 text-ink ${className}`}>
      <Mark />
      <span className="font-serif text-[1.3rem] leading-none tracking-[-0.01em]">Semblance</span>
    </span>
  );
}
