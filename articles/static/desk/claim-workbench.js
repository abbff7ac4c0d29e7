// The workbench of a claim. Without this script all of it works by links and forms; with it sections change in place,
// the passage is looked for in the stored text while it is typed, and words selected there become the passage.
import { renew, say } from "./in-place.js";

// --- Links and searches that only change what a section shows ---

async function look(address, id) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    say("The desk could not be reached. What you typed is still here. Try again.", "error");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !renew(page, [id])) {
    location.assign(address);
    return;
  }
  history.replaceState(null, "", address);
  const section = document.getElementById(id);
  const next = section.querySelector("[data-passage-url] :is([name=stance], [name=passage])") || section.querySelector("[data-focus]");
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-look]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!document.getElementById(link.dataset.look)) return;
  event.preventDefault();
  look(link.href, link.dataset.look);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-look]") || !document.getElementById(form.dataset.look)) return;
  event.preventDefault();
  const address = new URL(form.getAttribute("action"), location);
  for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
  look(address.href, form.dataset.look);
});

// --- Does the stored text have these words? ---

const SOON = 400;
let waiting;
let asked = 0;

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-passage]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(event.target.form), SOON);
});

async function ask(form) {
  if (!form?.isConnected) return;
  const mine = ++asked;
  const body = new URLSearchParams(new FormData(form));
  body.set("part", "answer");
  let answer;
  try {
    answer = await fetch(form.dataset.passageUrl, { method: "POST", body });
  } catch {
    return; // Sending the form says so.
  }
  if (!answer.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("passage-answer");
  const place = form.querySelector("#passage-answer");
  if (!fresh || !place || mine !== asked) return;
  // The place stays, so that what comes into it is read out.
  place.className = fresh.className;
  place.replaceChildren(...fresh.childNodes);
}

// --- Words selected in the stored text ---

function selected() {
  const selection = document.getSelection();
  const stored = document.querySelector("[data-stored]");
  if (!stored || !selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  if (!stored.contains(range.commonAncestorContainer)) return "";
  // Paragraph by paragraph: the labels of the buttons between them are no words of the text.
  const parts = [];
  for (const words of stored.querySelectorAll("[data-words]")) {
    if (!range.intersectsNode(words)) continue;
    const within = document.createRange();
    within.selectNodeContents(words);
    if (words.contains(range.startContainer)) within.setStart(range.startContainer, range.startOffset);
    if (words.contains(range.endContainer)) within.setEnd(range.endContainer, range.endOffset);
    parts.push(within.toString());
  }
  return parts.join("\n\n").trim();
}

document.addEventListener("selectionchange", () => {
  const button = document.querySelector("[data-use-selection]");
  if (button) button.hidden = !selected();
});

// Before the click, which takes the selection away in some browsers.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-use-selection]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use-selection]");
  if (!button) return;
  const passage = button.form.querySelector("[data-passage]");
  passage.value = selected();
  passage.dispatchEvent(new Event("input", { bubbles: true }));
  passage.focus();
});

// --- Sections ---

document.addEventListener("click", (event) => {
  const link = event.target.closest(".skips a");
  const section = link && document.getElementById(link.hash.slice(1));
  section?.focus({ preventScroll: true });
});
