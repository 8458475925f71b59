/** NextAuth's own addresses: signing in and out, and the tokens against forged requests. */
import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { authOptions } from "@/lib/platform/accounts/session";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { clientOf } from "@/lib/platform/server/client-address";

type Params = { nextauth: string[] };

function handle(request: Request, params: Params): Promise<Response> {
  const { secure } = clientOf(request.headers);
  const context = { params: Promise.resolve(params) };
  return NextAuth(
    request as NextRequest as never,
    context as never,
    authOptions({ secure }),
  ) as Promise<Response>;
}

export const GET = publicRoute(readsOnly, handle);
export const POST = publicRoute(["user.signed-in", "user.sign-in-failed", "user.signed-out"], handle);
