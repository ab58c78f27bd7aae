// Search, filters, and the line between a box and its text. Without this script the page is whole, only longer.
const search = document.querySelector("#search");
const found = document.querySelector("output");
const unreviewed = document.querySelector("#unreviewed");
const hard = document.querySelector("#hard");
const pictures = document.querySelector("#pictures");
const sheets = [...document.querySelectorAll(".sheet")];
const articles = [...document.querySelectorAll("article")].map((article) => ({
  article,
  words: fold(article.textContent),
  flags: article.dataset.flags.split(" "),
}));

/** Folds case and accents, the Turkish dotless i and the Polish barred l too. */
function fold(text) {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replaceAll("ı", "i")
    .replaceAll("ł", "l");
}

function filter() {
  const wanted = fold(search.value.trim()).split(/\s+/).filter(Boolean);
  const narrowed = wanted.length > 0 || unreviewed.checked || hard.checked;
  let count = 0;
  for (const { article, words, flags } of articles) {
    const shown =
      wanted.every((word) => words.includes(word)) &&
      (!unreviewed.checked || flags.includes("unreviewed")) &&
      (!hard.checked || flags.includes("hard"));
    article.hidden = !shown;
    count += shown ? 1 : 0;
    boxOf(article)?.classList.toggle("dim", narrowed && !shown);
  }
  for (const sheet of sheets) sheet.hidden = !sheet.querySelector("article:not([hidden])");
  document.querySelector(".no-match").hidden = count > 0;
  found.textContent = narrowed ? `${count} ${found.dataset.found}` : "";
}

function boxOf(article) {
  const tree = article.closest(".sheet").querySelector(".tree");
  return tree?.querySelector(`[data-node="${article.dataset.node}"]`);
}

/** Shows which box belongs to the text under the pointer or in focus. */
function point(event) {
  for (const old of document.querySelectorAll(".tree .here")) old.classList.remove("here");
  const article = event.target.closest?.("article");
  const box = article && boxOf(article);
  box?.classList.add("here");
  if (box) bringIntoView(box, "smooth");
}

/** Moves a picture, and not the page, until a box of it can be seen. */
function bringIntoView(box, behavior) {
  const picture = box.closest(".picture");
  const [inner, outer] = [box.getBoundingClientRect(), picture.getBoundingClientRect()];
  const seen =
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom;
  if (seen) return;
  picture.scrollBy({
    left: (inner.left + inner.right - outer.left - outer.right) / 2,
    top: (inner.top + inner.bottom - outer.top - outer.bottom) / 2,
    behavior,
  });
}

let waiting;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 150);
});
for (const box of [unreviewed, hard]) box.addEventListener("change", filter);
pictures.addEventListener("change", () => document.body.classList.toggle("no-pictures", !pictures.checked));
document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("mouseover", point);
document.addEventListener("focusin", point);
for (const picture of document.querySelectorAll(".picture")) {
  const box = picture.querySelector(".box");
  if (box) bringIntoView(box, "instant");
}
