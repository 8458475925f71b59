/** A rater's page that could not be made. */
import ErrorPage from "@/app/error";

export default function FailedPage() {
  return <ErrorPage error={null} retry={() => window.location.reload()} />;
}

// Made at each request: the nonce that its script needs is another one each time.
FailedPage.getInitialProps = () => ({});
