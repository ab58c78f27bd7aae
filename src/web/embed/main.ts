/**
 * Puts the parents' page into another site: `<script src="https://…/embed.js" data-accent="#7a2e5d"></script>`.
 *
 * The chat stands where the script stands, in a frame of its own. What it should look like comes from the
 * attributes, or from the custom properties `--naast-accent` and `--naast-height` of the site's own styles, and
 * is handed over as the name of the frame: nothing of it stands in an address.
 *
 * @module
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { accent, height, name, logo, title } = script.dataset;
  const styles = getComputedStyle(script.parentElement ?? document.documentElement);
  const property = (key: string) => styles.getPropertyValue(`--naast-${key}`).trim() || undefined;

  const frame = document.createElement("iframe");
  frame.title = title ?? "Naast";
  frame.style.cssText = `width:100%;max-width:44rem;border:0;border-radius:1rem;display:block;color-scheme:normal;height:${
    height ?? property("height") ?? "min(44rem,85vh)"
  }`;
  frame.setAttribute("allow", "clipboard-write; web-share");
  frame.referrerPolicy = "no-referrer";
  const show = (picture?: string) => {
    frame.name = JSON.stringify({ accent: accent ?? property("accent"), name, logo: picture });
    frame.src = new URL("/", script.src).href;
    script.after(frame);
  };

  if (logo === undefined) return show();
  // the site fetches its own logo, so that the frame talks to nobody but us
  void fetch(logo)
    .then((answer) => answer.blob())
    .then(
      (picture) =>
        new Promise<string>((read) => {
          const reader = new FileReader();
          reader.onload = () => read(String(reader.result));
          reader.readAsDataURL(picture);
        }),
    )
    .then(show, () => show());
})();
