/** 404. */
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      mark="404"
      title="There is nothing at this address"
      text={<p>It may have been deleted, or the link is incomplete. Look for it in the dashboard’s lists.</p>}
      actions={
        <>
          <a href="/admin" className={buttonClass("primary")}>
            Open dashboard
          </a>
          <a href="/" className={buttonClass()}>
            Home
          </a>
        </>
      }
    />
  );
}
