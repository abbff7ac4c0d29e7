// Hides the fields that a source of the chosen kind does not have, and marks those it needs. Without this script a step
// before asks for the kind, and then only its fields are there.
const kind = document.getElementById("id_kind");
const owned = [...document.querySelectorAll("[data-of-kinds]")];

function show() {
  for (const field of owned) {
    const belongs = kind.value === "" || field.dataset.ofKinds.split(" ").includes(kind.value);
    // What holds a value stays in sight: the record refuses it, and the person has to see why.
    field.closest(".form-row").hidden = !belongs && field.value === "";
    const needed = kind.value !== "" && (field.dataset.neededBy || "").split(" ").includes(kind.value);
    field.setAttribute("aria-required", String(needed));
    for (const label of field.labels || []) label.classList.toggle("required", needed);
  }
}

if (kind) {
  kind.addEventListener("change", show);
  show();
}
