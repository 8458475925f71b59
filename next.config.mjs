/** How Next builds and serves the pages; building needs neither database nor network. */

/** Headers for every response; the Content-Security-Policy carries a nonce and therefore comes from proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), browsing-topics=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  devIndicators: false,
  // Native modules, and packages that read files beside their own code.
  serverExternalPackages: ["sharp", "pg", "pg-boss", "@prisma/client", "@prisma/adapter-pg", "js-tiktoken"],
  // `npm run typecheck` covers the whole project; a build on a user's machine need not repeat it.
  // Next rewrites the file that it is given, hence one of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "tsconfig.next.json" },
  experimental: {
    // `forbidden()` answers 403 with app/forbidden.tsx.
    authInterrupts: true,
    // Files never travel through actions; they are streamed to /api/uploads.
    serverActions: { bodySizeLimit: "1mb" },
  },
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default config;
