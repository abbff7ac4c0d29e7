// Hides the fields that a source of the chosen kind does not have. Without this script all are shown.
const kind = document.getElementById("id_kind");
const owned = [...document.querySelectorAll("[data-of-kinds]")];

function show() {
  for (const field of owned) {
    const belongs = kind.value === "" || field.dataset.ofKinds.split(" ").includes(kind.value);
    // What holds a value stays in sight: the record refuses it, and the person has to see why.
    field.closest(".form-row").hidden = !belongs && field.value === "";
  }
}

if (kind) {
  kind.addEventListener("change", show);
  show();
}
