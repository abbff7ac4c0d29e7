// Sends forms without leaving the page. A form says by `data-in-place="id id …"` which parts of this page the answer
// renews; the server knows nothing of it and answers with a whole page, as it does where no script runs. What goes
// wrong is sent again as a plain form: a refusal has its own page, which holds what was typed.

document.addEventListener("submit", (event) => {
  const form = event.target;
  const ids = renewedBy(form)?.split(" ").filter(Boolean);
  if (!ids?.length || event.defaultPrevented) return;
  event.preventDefault();
  send(form, event.submitter, ids);
});

// What was done from here is taken back from here: a form among the messages renews what the page says it does.
function renewedBy(form) {
  if (form.dataset.plain) return "";
  return form.dataset.inPlace ?? (form.closest("#messages") && document.querySelector("[data-undo-renews]")?.dataset.undoRenews);
}

async function send(form, submitter, ids) {
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  try {
    const body = new FormData(form, submitter);
    let answer;
    try {
      const encoded = form.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
      const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
      answer = await fetch(address, { method: "POST", body: encoded });
    } catch {
      say("The desk could not be reached. Nothing was sent; what you typed is still here. Try again.", "error");
      return;
    }
    if (!answer.ok) {
      form.dataset.plain = "yes";
      delete form.dataset.sending;
      form.requestSubmit(submitter);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!renew(page, ids)) location.assign(answer.url);
  } finally {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  }
}

// Put the parts of another state of this page in the place of ours; say whether it has any of them.
export function renew(page, ids) {
  const found = ids.filter((id) => page.getElementById(id) && document.getElementById(id));
  if (!found.length) return false;
  const held = document.activeElement;
  const keep = held?.id;
  const inside = found.find((id) => document.getElementById(id).contains(held));
  for (const id of found) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  // The place of messages stays, so that what comes into it is read out.
  const said = page.getElementById("messages");
  if (said) document.getElementById("messages")?.replaceChildren(...said.childNodes);
  if (inside) {
    const target = (keep && document.getElementById(keep)) || document.getElementById(inside).querySelector("[data-focus]");
    const focused = target || document.getElementById(inside);
    if (!focused.matches("a[href], button, input, select, textarea, summary, [tabindex]")) focused.tabIndex = -1;
    focused.focus();
  }
  document.dispatchEvent(new CustomEvent("desk:renewed", { detail: { ids: found } }));
  return true;
}

// Say something where messages stand. `level` as Django's: success, warning, error.
export function say(words, level = "success") {
  const place = document.getElementById("messages");
  if (!place) return;
  let list = place.querySelector(".messagelist");
  if (!list) {
    list = document.createElement("ul");
    list.className = "messagelist";
    place.append(list);
  }
  const line = document.createElement("li");
  line.className = level;
  line.textContent = words;
  list.replaceChildren(line);
}
