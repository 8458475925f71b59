/** 403. */
import { buttonClass } from "@/components/button-class";
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
          <a href="/" className={buttonClass("primary")}>
            Home
          </a>
          <a href="/account" className={buttonClass()}>
            Your account
          </a>
        </>
      }
    />
  );
}
