// A verb of a row acts on what is saved. Whoever wrote in the page's form and then presses a verb is told so first;
// pressed again, it goes on.

import { say } from "./in-place.js";
import { read } from "./filling.js";

const form = document.querySelector("#content-main > form[id$=_form]");
const values = () => JSON.stringify(read(form));
const start = form && values();
let told = "";

// Before in-place.js, which would send it.
addEventListener(
  "submit",
  (event) => {
    const verb = event.target;
    if (!form || !verb.matches("#what-you-can-do form")) return;
    const now = values();
    if (now === told || (now === start && !form.querySelector("[data-keep-held]"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    told = now;
    say("What you wrote on this page is not saved, and this does not save it. Save first, or press again to go on without it.", "warning");
  },
  true,
);
