/** Around every rater's page; app/layout.tsx is the same for all others. */
import type { AppProps } from "next/app";
import Head from "next/head";
import { useContext } from "react";
import { ScriptNonce } from "@/components/script-nonce";
import { ThemeProvider } from "@/components/theme";
import "../app/globals.css";

export default function RaterApp({ Component, pageProps }: AppProps) {
  return (
    <ThemeProvider nonce={useContext(ScriptNonce)}>
      <Head>
        {/* A title of their own would be in one language. */}
        <title>Semblance</title>
      </Head>
      <Component {...pageProps} />
    </ThemeProvider>
  );
}
