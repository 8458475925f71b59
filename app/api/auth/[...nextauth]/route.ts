/** NextAuth's own addresses: signing in and out, and the tokens against forged requests. */
import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/platform/accounts/session";
import { clientOf } from "@/lib/platform/server/client-address";

type Context = { params: Promise<{ nextauth: string[] }> };

function handle(request: NextRequest, context: Context): Promise<Response> {
  const { secure } = clientOf(request.headers);
  return NextAuth(request as never, context as never, authOptions({ secure })) as Promise<Response>;
}

export { handle as GET, handle as POST };
