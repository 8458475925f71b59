/** How Next builds and serves the pages; building needs neither database nor network. */

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  devIndicators: false,
  // Images are scaled by ourselves; web/route-limits.ts closes Next's own address for it.
  images: { unoptimized: true },
  // Native modules, and packages that read files beside their own code.
  serverExternalPackages: [
    "sharp",
    "pg",
    "pg-boss",
    "@prisma/client",
    "@prisma/adapter-pg",
    "js-tiktoken",
    "@aws-sdk/client-s3",
    "@aws-sdk/s3-request-presigner",
  ],
  // `npm run typecheck` covers the whole project; a build on a user's machine need not repeat it.
  // Next rewrites the file that it is given, hence one of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "tsconfig.next.json" },
  experimental: {
    // `forbidden()` answers 403 with app/forbidden.tsx.
    authInterrupts: true,
    // A build happens once per version; keeping its parts for the next one would take a fifth of its time.
    turbopackFileSystemCacheForBuild: false,
    // Files never travel through actions; they are streamed to /api/uploads.
    serverActions: { bodySizeLimit: "1mb" },
  },
};

export default config;
