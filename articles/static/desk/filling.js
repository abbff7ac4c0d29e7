// Reads what stands in a form, and writes it back: for what keeps words while they are typed, and for what puts two
// people's words together.

const NOT_WORDS = "[type=password], [type=file], [type=submit], [type=button], [type=image], [type=reset]";
const NOT_OURS = new Set(["csrfmiddlewaretoken", "next", "kept"]);

export function isKept(field) {
  if (!field.name || field.disabled || field.matches(NOT_WORDS) || NOT_OURS.has(field.name)) return false;
  if (field.name.startsWith("_") || field.autocomplete === "one-time-code") return false;
  return !field.closest("[data-private], .conflict, fieldset:disabled");
}

// Return [name, value, words that people read] of each field, in the order of the form.
export function read(form) {
  return [...form.elements].filter((one) => one.matches("input, select, textarea") && isKept(one)).flatMap(parts);
}

function parts(field) {
  if (field.matches("select")) {
    return [...field.selectedOptions].map((one) => [field.name, one.value, one.value ? one.textContent.trim() : ""]);
  }
  if (field.matches("[type=checkbox], [type=radio]")) {
    const label = field.labels?.[0]?.textContent.trim() || field.value;
    return field.checked ? [[field.name, field.value, label]] : [];
  }
  return [[field.name, field.value, field.type === "hidden" ? "" : field.value]];
}

// Write the values of one name into the form: [value, words] each.
export function write(form, name, values) {
  const fields = [...form.elements].filter((one) => one.name === name && isKept(one));
  const wanted = values.map(([value]) => value);
  if (fields[0]?.type === "hidden") {
    fields.slice(1).forEach((one) => one.remove());
    if (!values.length) fields[0].remove();
    values.forEach(([value], at) => {
      const field = at ? fields[0].cloneNode() : fields[0];
      field.value = value;
      if (at) fields[0].after(field);
    });
    return;
  }
  fields.forEach((field, at) => {
    if (field.matches("select")) {
      for (const [value, words] of values) {
        if (![...field.options].some((one) => one.value === value)) field.add(new Option(words || value, value));
      }
      for (const option of field.options) option.selected = wanted.includes(option.value);
    } else if (field.matches("[type=checkbox], [type=radio]")) {
      field.checked = wanted.includes(field.value);
    } else {
      field.value = wanted[at] ?? "";
    }
    told(field);
  });
}

// Let scripts know, those of Django's admin too, which listen to jQuery alone.
function told(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  window.django?.jQuery?.(field).trigger("change.select2");
}
