/** What any page may ask about captions. */
"use server";

import { compute } from "@/lib/computations/compute";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { captionTokensInput } from "@/lib/samples/token-fields";

/** Captions in the pieces that GLIDE's tokens stand for. */
export const readTokens = protectedAction(staff, readsOnly, captionTokensInput, ({ captions }, { id }) =>
  compute("caption-tokens", captions, { owner: id }),
);
