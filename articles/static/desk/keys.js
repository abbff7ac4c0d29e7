// Single keys. Whatever carries `data-key="a"` is pressed (or, being a field, focused) by that key; in a list marked
// `data-rows`, j and k go to the next and the one before, and keys mean what stands in the row that is current.
// ? shows what is listed here, made from the page itself; there they can be turned off on this machine, for whoever
// speaks to the machine or types with something else than fingers.
//
// After the last row j presses `[data-rows-next]`. In a field Escape goes back to the row, and Ctrl or Cmd with Enter sends
// its form; these two work always. Another module asks for a row to be gone to by the event `desk:go` on it.

const STORED = "desk-keys";
const FIELDS = "input, textarea, select, [contenteditable]";

const on = () => localStorage.getItem(STORED) !== "off";
const overlay = document.getElementById("keys");

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")];
}

export function current() {
  return document.querySelector("[data-rows] [data-row][aria-current='true']");
}

export function go(row) {
  if (!row) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const target = row.querySelector("[data-row-focus]") || row.querySelector("a[href], button") || row;
  if (target === row) row.tabIndex = -1;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("desk:row", { bubbles: true }));
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current() || document.activeElement?.closest("[data-row]"));
  const onward = by > 0 && at === all.length - 1 && document.querySelector("[data-rows-next]");
  if (onward) onward.click();
  else go(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
  return true;
}

const seen = (one) => one.checkVisibility?.({ visibilityProperty: true }) ?? true;

function holders(key) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
}

function press(key) {
  const row = current();
  const all = holders(key);
  const one = all.find((each) => row?.contains(each)) || all.find((each) => !each.closest("[data-row]") && seen(each));
  if (!one) return false;
  for (let folded = one.parentElement.closest("details:not([open])"); folded; ) {
    folded.open = true;
    folded = folded.parentElement.closest("details:not([open])");
  }
  if (one.matches("summary")) unfold(one.parentElement);
  else if (one.matches(FIELDS) && !one.matches("[type=checkbox], [type=radio]")) one.focus();
  else one.click();
  return true;
}

// What asks for something, or once more, is opened where it is answered.
function unfold(details) {
  details.open = true;
  (details.querySelector(`:is(${FIELDS}):not([type=hidden])`) || details.querySelector("button"))?.focus();
}

function inField(event) {
  if (event.key === "Escape") {
    const row = event.target.closest("[data-rows] [data-row]");
    if (row) go(row);
    else event.target.blur();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    const form = event.target.form;
    form.requestSubmit(form.querySelector("button[type=submit], input[type=submit]"));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.closest?.(FIELDS) && ["Escape", "Enter"].includes(event.key)) inField(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(FIELDS) && !event.target.matches("[type=checkbox], [type=radio], [type=submit]")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    show();
    event.preventDefault();
    return;
  }
  if (!on()) return;
  const done = event.key === "j" ? step(1) : event.key === "k" ? step(-1) : press(event.key);
  if (done) event.preventDefault();
});

document.addEventListener("desk:go", (event) => go(event.target.closest("[data-rows] [data-row]")));

// Who clicks into a row, or tabs to it, is there.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-rows] [data-row]");
  if (!row || row === current()) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.dispatchEvent(new CustomEvent("desk:row", { bubbles: true }));
});

// --- What is listed ---

function meanings() {
  const told = new Map();
  if (rows().length) {
    told.set("j", "next");
    told.set("k", "previous");
  }
  for (const one of document.querySelectorAll("[data-key]")) {
    const words = one.dataset.keyMeans || one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent;
    if (!told.has(one.dataset.key)) told.set(one.dataset.key, words.trim());
  }
  told.set("?", "this list");
  return told;
}

function show() {
  if (!overlay || overlay.open) return;
  const list = overlay.querySelector("[data-keys]");
  list.replaceChildren();
  for (const [key, words] of meanings()) {
    const [term, says] = [document.createElement("dt"), document.createElement("dd")];
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
    says.textContent = words;
    list.append(term, says);
  }
  overlay.querySelector("[data-keys-on]").checked = on();
  overlay.showModal();
}

overlay?.querySelector("[data-keys-on]").addEventListener("change", (event) => {
  localStorage.setItem(STORED, event.target.checked ? "on" : "off");
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) show();
});
