/** 403. */
import { ButtonLink } from "@/components/button";
import { MessagePage } from "@/components/message-page";

export const metadata = { title: "Not allowed" };

export default function Forbidden() {
  return (
    <MessagePage
      mark="403"
      title="Your role does not open this page"
      text={
        <p>
          You are signed in, but this page is for others. An administrator can change your role under
          “Accounts”. To rate pairs, open the link of the study that you were invited to.
        </p>
      }
      actions={
        <>
          <ButtonLink href="/" variant="primary">
            Home
          </ButtonLink>
          <ButtonLink href="/account">Your account</ButtonLink>
        </>
      }
    />
  );
}
