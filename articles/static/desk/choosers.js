// Django's search fields (Select2) are named by what is chosen in them, and so by nothing while that is nothing: say
// their labels too. Fields that came with a part of the page are made into search fields first.

const $ = window.django?.jQuery;

function label(field) {
  const found = field.labels?.[0];
  if (found) found.id ||= `${field.id}_label`;
  return found?.id;
}

function name(field) {
  const id = label(field);
  const drawn = field.nextElementSibling?.querySelector(".select2-selection");
  if (!id || !drawn) return;
  const shown = drawn.querySelector(".select2-selection__rendered");
  drawn.setAttribute("aria-labelledby", shown ? `${id} ${shown.id}` : id);
  if (shown?.getAttribute("role") === "textbox") shown.setAttribute("aria-labelledby", id);
  // Its empty placeholder stands among what it calls a list.
  if (shown?.matches("ul")) shown.setAttribute("role", "presentation");
  drawn.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", id);
}

export function choosers() {
  if (!$?.fn.djangoAdminSelect2) return;
  $(".admin-autocomplete").not("[name*=__prefix__]").not(".select2-hidden-accessible").djangoAdminSelect2();
  for (const field of document.querySelectorAll("select.select2-hidden-accessible")) name(field);
}

// The field that is typed into stands at the end of the page, and is there while the list is open.
function opened(event) {
  const id = label(event.target);
  if (id) document.querySelector(".select2-container--open .select2-search__field")?.setAttribute("aria-labelledby", id);
}

// jQuery keeps the order in which it is asked: Django's own script has made its fields by then.
$?.(() => {
  choosers();
  $(document).on("select2:open", opened);
  // A field of several draws its search field anew with each choice.
  $(document).on("select2:select select2:unselect", (event) => setTimeout(() => name(event.target)));
});
document.addEventListener("desk:renewed", choosers);
