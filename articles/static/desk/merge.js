// Settles conflicts with one click: the way chosen is put into the form at once, where it can still be changed.

import { write } from "./filling.js";

document.addEventListener("change", (event) => {
  const settle = event.target.closest?.("[data-settle]");
  if (settle) {
    const way = event.target.value;
    if (!way) return;
    const values = [...settle.querySelectorAll(`input[data-of="${CSS.escape(way)}"]`)];
    write(event.target.form, settle.dataset.settle, values.map((one) => [one.value, one.dataset.words]));
    // `write` tells of it as of something typed.
    event.target.checked = true;
    return;
  }
  back(event.target);
});
document.addEventListener("input", (event) => back(event.target));

// What is typed afterwards is what is meant.
function back(field) {
  const settle = field.name && document.querySelector(`[data-settle="${CSS.escape(field.name)}"]`);
  const stands = settle?.querySelector("input[type=radio][value='']");
  if (stands) stands.checked = true;
}

// What stands in the form is sent; the ways are for where no script runs.
document.addEventListener(
  "submit",
  (event) => {
    for (const one of event.target.querySelectorAll?.("[data-settle] input") ?? []) one.disabled = true;
  },
  true,
);
