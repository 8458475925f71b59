/** 404. */
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message-page";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      mark="404"
      title="There is nothing at this address"
      text={
        <p>
          It may have been deleted, or the link is not complete. The lists in the panel show what there is.
        </p>
      }
      actions={
        <>
          <a href="/admin" className={buttonClass("primary")}>
            To the panel
          </a>
          <a href="/" className={buttonClass()}>
            Home
          </a>
        </>
      }
    />
  );
}
