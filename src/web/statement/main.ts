/**
 * The accessibility statement on a page of its own: every link leads on in its place, so that nobody who left at once
 * finds the way back to it.
 *
 * @module
 */
import { endChat } from "../parents/end-chat.ts";
import { offerLeaving } from "../parents/leave.ts";
import { watchPanels } from "../parents/panels.ts";
import { applyTheme } from "../parents/theme.ts";

applyTheme();
watchPanels();
offerLeaving(endChat);
for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a")) {
  link.onclick = (event) => {
    event.preventDefault();
    location.replace(link.href);
  };
}
