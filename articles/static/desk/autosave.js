// Keeps what is typed into the forms of the desk, some seconds after the last key and when the page is left: on the
// server; on this machine while the server cannot be reached or nobody is signed in. A form takes part that has
// `data-keep="its name"`, or a hidden field `kept` with `data-keep` that says it. What was begun is offered when its
// form is opened again, never put in unasked. A form marked `data-keep-held` came back with what was typed in it.
// Passwords, files and whatever is in `data-private` are never kept.

import { say } from "./in-place.js";
import { isKept, read, write } from "./filling.js";

const script = document.querySelector("script[data-kept-at]");
const { keptAt: ADDRESS, keptBy: BY } = script.dataset;
const LOCAL = `desk-kept:${BY}:`;
const AFTER = 2000; // ms after the last key
const APART = 3000; // ms between two, so at most 20 a minute
const AGAIN = 15_000; // ms until the server is asked again
const LEAVING = 60_000; // bytes that a browser sends while a page goes
const OLD = 30 * 24 * 3600 * 1000; // ms

const states = new WeakMap(); // form → what is known of it
let silent = ""; // why nothing is kept on the server, said once

function nameOf(form) {
  return form.dataset.keep || form.querySelector("input[name=kept][data-keep]")?.value || "";
}

function forms() {
  return [...document.forms].filter((form) => form.method === "post" && nameOf(form));
}

function seenBy(form) {
  const value = form.elements.seen_revision?.value ?? form.elements.seen?.value;
  return value ? Number(value) : null;
}

function written(form) {
  const page = (location.pathname + location.search).slice(0, 500);
  return { form: nameOf(form), page, fields: read(form), seen: seenBy(form) };
}

// --- Speaking to the server ---

async function post(what, data, more = {}) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
  const answer = await fetch(ADDRESS + what, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(data),
    redirect: "manual",
    ...more,
  });
  if (answer.status === 403 && !isJson(answer) && !more.retried && (await renewToken())) {
    return post(what, data, { ...more, retried: true });
  }
  return answer;
}

const isJson = (answer) => answer.headers.get("Content-Type")?.startsWith("application/json");

// Who signed in again in another tab has another token there; the forms of this page need it too.
async function renewToken() {
  const answer = await fetch(`${ADDRESS}keep/`, { redirect: "manual" });
  if (!answer.ok || !isJson(answer)) return false;
  const { token } = await answer.json();
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  return true;
}

async function keep(form) {
  const state = states.get(form);
  clearTimeout(state.timer);
  state.timer = null;
  const data = written(form);
  const fields = JSON.stringify(data.fields);
  if (fields === state.kept || state.never) return;
  if (fields === state.start && state.kept === null) return;
  state.last = Date.now();
  let answer;
  try {
    answer = await post("keep/", data);
  } catch {
    answer = null;
  }
  if (state.sent) return;
  if (answer?.ok && isJson(answer)) {
    state.kept = fields;
    localStorage.removeItem(LOCAL + data.form);
    const { at } = await answer.json();
    note(form, `Saved as you type, ${clock(at)}`);
    if (silent) say("What you type is kept on the server again.");
    silent = "";
    return;
  }
  if (answer?.status === 403 && isJson(answer)) {
    state.never = true;
    return;
  }
  keepHere(data);
  if (answer && isJson(answer) && [400, 413].includes(answer.status)) {
    state.kept = fields;
    complain((await answer.json()).sentence, "too much");
    return;
  }
  note(form, `Kept on this machine only, ${clock(Date.now())}`);
  if (answer && (answer.status === 401 || answer.type === "opaqueredirect" || answer.status === 403)) {
    complain("You are not signed in any more. What you type is kept on this machine.", "signed out", true);
  } else {
    complain("The desk cannot be reached. What you type is kept on this machine until it can.", "unreachable");
  }
  schedule(form, AGAIN);
}

function complain(words, why, signIn = false) {
  if (silent === why) return;
  silent = why;
  say(words, "warning");
  if (!signIn) return;
  const link = document.createElement("a");
  link.href = `${ADDRESS.split("/articles/")[0]}/login/?next=${encodeURIComponent(ADDRESS)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in in another tab, then go on here.";
  document.querySelector("#messages li")?.append(" ", link);
}

// --- On this machine ---

function keepHere(data) {
  try {
    localStorage.setItem(LOCAL + data.form, JSON.stringify({ ...data, at: Date.now() }));
  } catch {
    complain("What you type can be kept neither on the server nor on this machine: copy it before you leave.", "full");
  }
}

// Forget what the server took since the last page.
function settle() {
  const [, name] = document.cookie.match(/(?:^|; )desk-took=([^;]*)/) || [];
  if (!name) return;
  localStorage.removeItem(LOCAL + decodeURIComponent(name));
  document.cookie = `desk-took=; path=${ADDRESS.split("/articles/")[0]}/; max-age=0; samesite=lax`;
}

// Hand over what could not be kept on the server before.
async function handOver() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(LOCAL)) continue;
    const { at, ...data } = JSON.parse(localStorage.getItem(key));
    if (Date.now() - at > OLD) {
      localStorage.removeItem(key);
      continue;
    }
    const answer = await post("keep/", data);
    if (answer.ok && isJson(answer)) localStorage.removeItem(key);
  }
}

// --- When ---

function schedule(form, wait = AFTER) {
  const state = states.get(form);
  if (state.never) return;
  clearTimeout(state.timer);
  const free = state.last + APART - Date.now();
  state.timer = setTimeout(() => keep(form), Math.max(wait, free));
}

function typed(event) {
  const form = event.target?.form;
  if (!form || !states.has(form) || !isKept(event.target)) return;
  states.get(form).sent = false;
  schedule(form);
}

document.addEventListener("input", typed);
document.addEventListener("change", typed);
window.django?.jQuery?.(document).on("change", "select", typed);

// Before whoever sends the form by a script of their own.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const state = states.get(form);
    if (!state) return;
    clearTimeout(state.timer);
    state.sent = true;
    // Until the server says that it took it: who was signed out meanwhile is led to another page.
    if (!state.never) keepHere(written(form));
    if (form.querySelector("input[name=kept]")) return;
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", "kept", nameOf(form)];
    form.append(field);
  },
  true,
);

function leave() {
  for (const form of forms()) {
    const state = states.get(form);
    if (!state || state.sent || state.never) continue;
    const data = written(form);
    const fields = JSON.stringify(data.fields);
    if (fields === state.kept || (fields === state.start && state.kept === null)) continue;
    const body = JSON.stringify(data);
    if (silent || new Blob([body]).size > LEAVING) keepHere(data);
    else post("keep/", data, { keepalive: true }).catch(() => keepHere(data));
    state.kept = fields;
  }
}

addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());

// --- What was begun before ---

async function begin() {
  settle();
  const found = forms().filter((form) => !states.has(form));
  if (!found.length) return;
  for (const form of found) {
    const held = form.hasAttribute("data-keep-held") || Boolean(form.querySelector("input[data-keep-held]"));
    const start = held ? null : JSON.stringify(read(form));
    states.set(form, { timer: null, last: 0, kept: null, sent: false, never: false, start, held });
    if (held) schedule(form);
  }
  try {
    await handOver();
    await offer(found.filter((form) => !states.get(form).held));
  } catch {
    // Nobody answers: the first key that is typed will tell.
  }
}

async function offer(asking) {
  const named = new Map(asking.map((form) => [nameOf(form), form]));
  if (!named.size) return;
  const begun = await offers([...named.keys()].slice(0, 100).map((form) => ({ form })));
  const forms = Object.keys(begun).map((name) => {
    const form = named.get(name);
    const labels = Object.fromEntries([...form.elements].filter((one) => one.name).map((one) => [one.name, label(one)]));
    return { form: name, fields: read(form), labels, seen: seenBy(form) };
  });
  if (!forms.length) return;
  for (const [name, one] of Object.entries(await offers(forms))) show(named.get(name), one);
}

async function offers(forms) {
  const answer = await post("offers/", { forms });
  return answer.ok && isJson(answer) ? (await answer.json()).offers : {};
}

function label(field) {
  if (field.matches("[type=radio], [type=checkbox]")) {
    const legend = field.closest("fieldset")?.querySelector("legend");
    if (legend) return legend.textContent.trim();
  }
  return (field.labels?.[0]?.textContent || field.name).trim().replace(/:$/, "");
}

function show(form, { html, fields, at }) {
  const place = document.createElement("template");
  place.innerHTML = html;
  const section = place.content.firstElementChild;
  section.querySelector("time").textContent = clock(at);
  form.prepend(section);
  form.closest("details:not([open])")?.setAttribute("open", "");
  section.querySelector("[data-take-in]").addEventListener("click", () => {
    section.remove();
    takeIn(form, fields);
  });
  section.querySelector("[data-discard]").addEventListener("click", async () => {
    const answer = await post("forget/", { form: nameOf(form) }).catch(() => null);
    if (!answer?.ok) {
      say("The desk could not be reached: it is still kept.", "error");
      return;
    }
    section.remove();
    say("It is forgotten.");
    first(form)?.focus();
  });
}

const first = (form) => [...form.elements].find((one) => isKept(one) && one.type !== "hidden");

function takeIn(form, fields) {
  const names = new Set([...fields.map(([name]) => name), ...[...form.elements].filter(isKept).map((one) => one.name)]);
  for (const name of names) {
    write(form, name, fields.filter(([each]) => each === name).map(([, value, words]) => [value, words]));
  }
  first(form)?.focus();
}

// --- What is said of it ---

function clock(at) {
  const moment = new Date(at);
  const today = moment.toDateString() === new Date().toDateString();
  const how = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, how).format(moment);
}

function note(form, words) {
  let place = form.querySelector(".kept-note");
  if (!place) {
    place = document.createElement("p");
    place.className = "kept-note";
    form.append(place);
  }
  place.textContent = words;
}

document.addEventListener("desk:renewed", begin);
begin();
