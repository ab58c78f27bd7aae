import { dropDictating } from "./dictate.ts";
import { at } from "./dom.ts";
import { stopSpeaking } from "./speech.ts";

/** Whether taps before this script was there made entries of their own, and the page itself stands before them. */
const early = location.hash !== "" && !openedAs().includes("#");
const longestMilliseconds = 150;

/** Offers to leave at once. What there is to wipe is asked for only then. */
export function offerLeaving(wipe: () => void): void {
  const exit = at<HTMLAnchorElement>("#leave");
  exit.hidden = false;
  exit.onclick = (event) => {
    event.preventDefault();
    leave(wipe, exit.href);
  };
}

/** Wipes what is typed and kept, and takes this page's place in the history of the browser. */
function leave(wipe: () => void, elsewhere: string): void {
  document.body.hidden = true;
  stopSpeaking();
  dropDictating();
  for (const field of document.querySelectorAll("textarea")) field.value = "";
  wipe();
  const replace = () => {
    try {
      // inside another site's frame it is that site that has to disappear
      (window.top ?? window).location.replace(elsewhere);
    } catch {
      location.replace(elsewhere);
    }
  };
  if (early) backOverTaps(replace);
  else replace();
}

/** So that the way back from where this leads does not come by the page. All of them are of this very document. */
function backOverTaps(then: () => void): void {
  let isOver = false;
  const over = (): void => {
    if (!isOver) then();
    isOver = true;
  };
  setTimeout(over, longestMilliseconds);
  addEventListener("popstate", () => (location.hash === "" ? over() : history.back()));
  history.back();
}

function openedAs(): string {
  return performance.getEntriesByType("navigation")[0]?.name ?? "#";
}
