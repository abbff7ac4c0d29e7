// The article workbench. The page works without this: words are pasted, verbs are plain forms. With it, words are
// selected by mouse, finger or keyboard, and whatever is decided renews its paragraph alone.
//
// The record counts code points of the whole text, JavaScript counts UTF-16 units of one string. Every paragraph says
// where it begins (`data-start`) and what blank stands before it (`data-gap`), and holds no text but that of record.

import { choosers } from "./choosers.js";

// --- The text of record, and where in it a selection is ---

export const codePoints = (string) => {
  let count = 0;
  for (const _ of string) count += 1;
  return count;
};

const paragraphs = () => [...document.querySelectorAll("#text p.words")];
const AROUND = 32;
let known = null;

// The text from its first paragraph to its last, one entry for each code point. It never changes while it is open.
function record() {
  if (known) return known;
  const all = paragraphs();
  const first = all.length ? Number(all[0].dataset.start) - codePoints(all[0].dataset.gap) : 0;
  known = { first, points: Array.from(all.map((one) => one.dataset.gap + one.textContent).join("")) };
  return known;
}

// What stands in a paragraph before a place in it. Between the halves of a pair the place is before the pair, or behind.
function before(paragraph, node, offset, behind) {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  range.setEnd(node, offset);
  const text = range.toString();
  const half = /[\uD800-\uDBFF]$/.test(text);
  return codePoints(text) - (half && !behind ? 1 : 0);
}

// Returns {start, end, exact, prefix, suffix} of what a range holds of the text, in code points; null where no words.
export function spanOf(range) {
  const within = paragraphs().filter((one) => range.intersectsNode(one));
  if (!within.length) return null;
  const [first, last] = [within[0], within.at(-1)];
  let start = Number(first.dataset.start);
  if (first.contains(range.startContainer)) start += before(first, range.startContainer, range.startOffset, false);
  let end = Number(last.dataset.start);
  end += last.contains(range.endContainer)
    ? before(last, range.endContainer, range.endOffset, true)
    : codePoints(last.textContent);
  const { first: zero, points } = record();
  const at = (place) => points[place - zero] ?? "";
  while (start < end && /^\s*$/.test(at(start))) start += 1;
  while (end > start && /^\s*$/.test(at(end - 1))) end -= 1;
  if (start >= end) return null;
  const cut = (from, to) => points.slice(Math.max(0, from - zero), Math.max(0, to - zero)).join("");
  return {
    start, end, exact: cut(start, end), prefix: cut(start - AROUND, start), suffix: cut(end, end + AROUND),
  };
}

// --- What was chosen ---

const text = document.getElementById("text");
const bar = document.getElementById("chosen");
let chosen = null;

function choose(span) {
  chosen = span;
  bar.hidden = !span || docked();
  document.getElementById("chosen-words").textContent = span ? `“${span.exact.replace(/\s+/g, " ")}”` : "";
}

function leave() {
  cursor = null;
  getSelection().removeAllRanges();
  choose(null);
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !text.contains(selection.anchorNode)) return;
  choose(spanOf(selection.getRangeAt(0)));
});

// --- Choosing with the keyboard: a reading cursor over sentences and words ---

let cursor = null;
const cutter = (granularity) =>
  new Intl.Segmenter(document.querySelector("#text p.words")?.lang || undefined, { granularity });

function units(paragraph, granularity) {
  return [...cutter(granularity).segment(paragraph.textContent)]
    .filter((one) => (granularity === "word" ? one.isWordLike : one.segment.trim()))
    .map((one) => ({ from: one.index, to: one.index + one.segment.trimEnd().length }));
}

function place(paragraph, offset) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && offset > node.length) {
    offset -= node.length;
    node = walker.nextNode();
  }
  return [node || paragraph, node ? offset : 0];
}

function show() {
  const paragraph = paragraphs()[cursor.paragraph];
  getSelection().setBaseAndExtent(...place(paragraph, cursor.from), ...place(paragraph, cursor.to));
  const range = getSelection().getRangeAt(0);
  choose(spanOf(range));
  const seen = range.getBoundingClientRect();
  if (seen.top < 0 || seen.bottom > innerHeight - bar.offsetHeight) {
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  }
}

// Put the cursor on a sentence: the first of a paragraph, or its last.
function enter(index, last = false) {
  const all = paragraphs();
  const step = last ? -1 : 1;
  for (let at = index; at >= 0 && at < all.length; at += step) {
    const sentences = units(all[at], "sentence");
    if (!sentences.length) continue;
    cursor = { paragraph: at, ...(last ? sentences.at(-1) : sentences[0]) };
    return;
  }
}

function move(key, more) {
  const paragraph = paragraphs()[cursor.paragraph];
  const granularity = key === "ArrowLeft" || key === "ArrowRight" ? "word" : "sentence";
  const forward = key === "ArrowRight" || key === "ArrowDown";
  const all = units(paragraph, granularity);
  if (more) {
    const ends = all.map((one) => one.to).filter((to) => (forward ? to > cursor.to : to < cursor.to && to > cursor.from));
    if (ends.length) cursor.to = forward ? ends[0] : ends.at(-1);
    return;
  }
  const next = forward ? all.find((one) => one.from > cursor.from) : all.findLast((one) => one.from < cursor.from);
  if (next) Object.assign(cursor, next);
  else if (granularity === "sentence") enter(cursor.paragraph + (forward ? 1 : -1), !forward);
}

document.getElementById("choose").addEventListener("click", () => {
  if (chosen) {
    open();
    return;
  }
  const row = document.querySelector("#text [data-row][aria-current='true']");
  const here = row?.closest(".stretch")?.querySelector("p.words");
  const inSight = paragraphs().find((one) => one.getBoundingClientRect().bottom > 0);
  enter(Math.max(0, paragraphs().indexOf(here || inSight)));
  if (!cursor) return;
  text.focus({ preventScroll: true });
  show();
});

const LETTERS = { j: "ArrowDown", k: "ArrowUp" };
text.addEventListener("keydown", (event) => {
  if (event.target !== text || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = LETTERS[event.key] || event.key;
  if (cursor && key.startsWith("Arrow")) {
    move(key, event.shiftKey);
    show();
  } else if (event.key === "Enter" && chosen) open();
  else if (event.key === "Escape" && chosen) leave();
  else return;
  event.preventDefault();
});
text.addEventListener("pointerdown", () => {
  cursor = null;
});

// --- The form ---

const form = () => document.getElementById("mark");
const docked = () => form().classList.contains("docked") && !form().hidden;
const field = (name) => document.getElementById(`id_mark_${name}`);

function dock() {
  form().hidden = true;
  form().classList.add("docked");
  for (const one of form().querySelectorAll(".scripted")) one.hidden = false;
}

function open() {
  const { start, end, exact, prefix, suffix } = chosen;
  for (const [name, value] of Object.entries({ words: exact, start, prefix, suffix })) field(name).value = value;
  field("statement").value = exact.replace(/\s+/g, " ");
  field("start").closest(".form-row").hidden = true;
  field("words").readOnly = true;
  const touched = paragraphs().filter((one) => {
    const from = Number(one.dataset.start);
    return from < end && from + codePoints(one.textContent) > start;
  });
  const here = touched[0].closest(".stretch").id;
  const sent = form().querySelector("form");
  sent.dataset.inPlace = [...touched.map((one) => one.closest(".stretch").id), "tally", "mark"].join(" ");
  sent.elements.next.value = `${sent.elements.next.value.split("#")[0]}#${here}`;
  ask(start, end);
  form().hidden = false;
  bar.hidden = true;
  field("statement").focus();
}

// Where claims lie on the words already, say so, and offer to add the words to one of them.
function ask(start, end) {
  const upon = new Map();
  for (const one of document.querySelectorAll("#text [data-says]")) {
    if (Number(one.dataset.start) < end && Number(one.dataset.end) > start) upon.set(one.dataset.claim, one.dataset.says);
  }
  const into = form().querySelector(".into");
  into.hidden = !upon.size;
  const list = into.querySelector("[data-into]");
  list.replaceChildren();
  if (!upon.size) return;
  const [addTo, another] = ["[data-add-to]", "[data-another]"].map((one) => into.querySelector(one).textContent);
  for (const [value, words] of [["new", another], ...[...upon].map(([pk, says]) => [pk, `${addTo} ${says}`])]) {
    const line = into.querySelector("template").content.cloneNode(true);
    line.querySelector("input").value = value;
    line.querySelector("input").checked = value === "new";
    line.querySelector("span").textContent = words;
    list.append(line);
  }
}

function close() {
  dock();
  choose(chosen);
  text.focus({ preventScroll: true });
}

document.getElementById("make").addEventListener("click", open);
document.getElementById("leave").addEventListener("click", leave);
document.addEventListener("click", (event) => {
  if (event.target.closest("#mark [data-close]")) close();
  if (event.target.closest("a[href='#mark']")) {
    form().hidden = false;
    field("words").focus();
    event.preventDefault();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && docked() && !event.defaultPrevented && form().contains(event.target)) close();
});

// --- The margin ---

// What is opened comes with the page as it is then; only its paragraph is taken from it.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const key = link.closest("[data-row]").id;
  let page;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.status);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    location.assign(link.href);
    return;
  }
  const [fresh, old] = [page.getElementById(key), document.getElementById(key)];
  if (!fresh || !old) {
    location.assign(link.href);
    return;
  }
  old.replaceWith(document.adoptNode(fresh));
  choosers();
  fresh.setAttribute("aria-current", "true");
  (fresh.querySelector("details[open] textarea, details[open] input:not([type=hidden])") || fresh.querySelector("summary, button"))?.focus();
});

let decided = null;
document.addEventListener("submit", (event) => {
  const row = event.target.closest("#text [data-row], #lost [data-row]");
  decided = row && event.target.dataset.inPlace ? Number(row.dataset.start) : null;
});
document.addEventListener("desk:renewed", (event) => {
  // What takes it back renews the same.
  for (const one of document.querySelectorAll("#messages form.undo")) one.dataset.inPlace = event.detail.ids.join(" ");
  if (event.detail.ids.includes("mark")) {
    dock();
    leave();
    text.focus({ preventScroll: true });
  }
  if (decided === null) return;
  const next = [...document.querySelectorAll("#text .is-suggested[data-row]")].find((one) => Number(one.dataset.start) >= decided);
  next?.querySelector("[data-row-focus], button, a")?.focus();
  decided = null;
});

// The words of the item one is at.
function light(item) {
  for (const one of text.querySelectorAll(".lit")) one.classList.remove("lit");
  if (item) for (const one of text.querySelectorAll(`[data-on="${item.id}"]`)) one.classList.add("lit");
}
document.addEventListener("desk:row", (event) => light(event.target));
document.addEventListener("pointerover", (event) => {
  const item = event.target.closest?.("#text [data-row]");
  if (item) light(item);
});

for (const one of document.querySelectorAll(".scripted")) one.hidden = false;
dock();

// --- On record already ---

// Compared beside the page, since each suggestion costs a look into the index. What was found is put beside the
// suggestion it is about, and again where its paragraph was renewed.
let already = [];

function tellAlready() {
  for (const one of already) {
    const row = document.getElementById(one.dataset.already);
    if (!row?.classList.contains("is-suggested") || row.querySelector(".already")) continue;
    const told = document.importNode(one, true);
    const part = row.closest(".stretch").id;
    for (const sent of told.querySelectorAll("form")) {
      sent.dataset.inPlace = `${part} lost tally`;
      sent.elements.next.value += `#${part}`;
    }
    row.querySelector(".acts, .opened").before(told);
  }
}

async function compare(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    already = [...page.querySelectorAll("[data-already]")];
  } catch {
    // The link to that page stays.
    return;
  }
  tellAlready();
}

document.addEventListener("desk:renewed", tellAlready);
const comparing = document.getElementById("already-link");
if (comparing) compare(comparing.href);
