/** A link to another page of this site. */
"use client";

import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * Fetches what it leads to when somebody reaches for it. Next's own link does so as soon as it is on the screen: with
 * thirty links on a page, most of the server's work would be for pages that nobody opens.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  const [isReachedFor, setReachedFor] = useState(false);
  const reach = () => setReachedFor(true);
  return <NextLink prefetch={isReachedFor ? null : false} onMouseEnter={reach} onFocus={reach} {...props} />;
}
