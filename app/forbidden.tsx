/** 403. */
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message";

export const metadata = { title: "Not allowed" };

export default function Forbidden() {
  return (
    <MessagePage
      mark="403"
      title="You do not have access to this page"
      text={
        <p>
          You are signed in, but your role does not include this page. An administrator can change your role
          under “Accounts”. To rate images, open the link of the study you were invited to.
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
