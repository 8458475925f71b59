/** The HTML around the raters' pages. proxy.ts gives every request the nonce that lets scripts run. */
import Document, {
  type DocumentContext,
  type DocumentInitialProps,
  Head,
  Html,
  Main,
  NextScript,
} from "next/document";
import { ScriptNonce } from "@/components/script-nonce";

export default class RaterDocument extends Document<{ nonce: string | undefined }> {
  static override async getInitialProps(
    context: DocumentContext,
  ): Promise<DocumentInitialProps & { nonce: string | undefined }> {
    const nonce = context.req?.headers["x-nonce"]?.toString();
    const { renderPage } = context;
    context.renderPage = () =>
      renderPage({
        enhanceApp: (App) => (props) => (
          <ScriptNonce value={nonce}>
            <App {...props} />
          </ScriptNonce>
        ),
      });
    return { ...(await Document.getInitialProps(context)), nonce };
  }

  override render() {
    const { nonce } = this.props;
    return (
      <Html lang="en">
        <Head nonce={nonce}>
          <meta name="robots" content="noindex, nofollow" />
          <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f6f6" />
          <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0e1312" />
          <link rel="icon" href="/icon.svg" type="image/svg+xml" sizes="any" />
        </Head>
        <body>
          <Main />
          <NextScript nonce={nonce} />
        </body>
      </Html>
    );
  }
}
