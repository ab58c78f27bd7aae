import { dropDictating } from "./dictate.ts";
import { settings } from "./settings.ts";
import { stopSpeaking } from "./speech.ts";

/** Leaves at once: wipes what is typed and kept, and takes this page's place in the history of the browser. */
export function leave(wipe: () => void): void {
  document.body.hidden = true;
  stopSpeaking();
  dropDictating();
  for (const field of document.querySelectorAll("textarea")) field.value = "";
  wipe();
  try {
    // inside another site's frame it is that site that has to disappear
    (window.top ?? window).location.replace(settings.exitUrl);
  } catch {
    location.replace(settings.exitUrl);
  }
}
