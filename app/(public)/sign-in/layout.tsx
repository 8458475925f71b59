/** A narrow column. */
import type { ReactNode } from "react";

export default function SignInLayout({ children }: { children: ReactNode }) {
  return <div className="mx-auto max-w-xl">{children}</div>;
}
