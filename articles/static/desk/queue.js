// Works a queue row by row. The row one is at is open; once its form was sent in place, the next one is; what was
// taken back is where one is again. Without this script each row opens and each form is sent by itself.

const rows = () => [...document.querySelectorAll("#queue [data-row]")];
const go = (row) => row?.dispatchEvent(new CustomEvent("desk:go", { bubbles: true }));

let pointed = false;
// The row whose form was sent last, and those after it, by their ids.
let left = { id: "", after: [] };

document.addEventListener("pointerdown", () => {
  pointed = true;
});
for (const done of ["click", "keydown"]) document.addEventListener(done, () => (pointed = false), true);

// Whoever points at a line opens it by that; keys and Tab only come to it.
document.addEventListener("desk:row", (event) => {
  if (!pointed) event.target.querySelector("details").open = true;
});

document.addEventListener("submit", (event) => {
  const row = event.target.closest("#queue [data-row]");
  if (!row) return;
  const ids = rows().map((one) => one.id);
  const at = ids.indexOf(row.id);
  left = { id: row.id, after: ids.slice(at + 1) };
});

document.addEventListener("desk:renewed", () => {
  const there = (ids) => ids.map((id) => document.getElementById(id)).find(Boolean);
  const goal = there([left.id]) || there(left.after) || rows().at(-1);
  for (const details of document.querySelectorAll("#queue [data-row] > details")) details.open = false;
  go(goal);
});

// The first row is the one that keys mean, before anybody has gone anywhere.
rows()[0]?.setAttribute("aria-current", "true");
