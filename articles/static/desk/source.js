// Adding a source: what is pasted is recognised while one looks, and fills the fields that are still empty. Without this
// script the same is a step of its own, on the server. It also brings the preview of a version into sight.

const paste = document.getElementById("paste");
const form = document.querySelector("[data-with-script]");
const words = {
  filled: (names) => `Filled in: ${names.join(", ")}.`,
  left: (names) => `Left as you had them: ${names.join(", ")}.`,
  sure: "On record already:",
  perhaps: "Perhaps on record already:",
  add: "Add a version to it",
  failed: "The desk could not be reached; what you pasted is still here.",
};

if (paste && form) {
  form.hidden = false;
  paste.querySelector(".kind-step").hidden = true;
  paste.querySelector("button").hidden = true;
  const pasted = paste.querySelector("[name=pasted]");
  const place = document.getElementById("recognised");
  let waiting = 0;
  let asked = "";
  // What the script wrote itself, by field: as long as nobody changed it, it may write something else there.
  const mine = new Map();

  const ask = async () => {
    clearTimeout(waiting);
    const looked = pasted.value.trim();
    if (looked === asked) return;
    asked = looked;
    let found = { told: [], fields: {}, kind: "", on_record: [] };
    if (looked) {
      try {
        const address = `${paste.dataset.recognise}?${new URLSearchParams({ pasted: looked.slice(0, 2000) })}`;
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        found = await answer.json();
      } catch {
        asked = "";
        place.replaceChildren(paragraph(words.failed));
        return;
      }
    }
    // Somebody typed on while this was asked.
    if (pasted.value.trim() === looked) tell(found);
  };

  const tell = (found) => {
    const [filled, left] = [[], []];
    const given = { ...(found.kind ? { kind: found.kind } : {}), ...found.fields };
    for (const [name, value] of mine) {
      const field = document.getElementById(`id_${name}`);
      if (field && field.value === value && !(name in given)) put(field, "");
    }
    for (const [name, value] of Object.entries(given)) {
      const field = document.getElementById(`id_${name}`);
      if (!field) continue;
      const label = (field.labels?.[0]?.textContent || name).replace(":", "").trim();
      if (field.value === "" || field.value === mine.get(name)) {
        put(field, value);
        mine.set(name, value);
        filled.push(label);
      } else if (field.value !== value) {
        left.push(label);
      }
    }
    const list = document.createElement("ul");
    list.className = "told";
    const told = [...found.told];
    if (filled.length) told.push(words.filled(filled));
    if (left.length) told.push(words.left(left));
    for (const sentence of told) list.append(item(sentence));
    place.replaceChildren(...(told.length ? [list] : []));
    if (found.on_record.length) place.append(...onRecord(found));
  };

  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const onRecord = (found) => {
    const title = paragraph(found.is_sure ? words.sure : words.perhaps);
    title.className = "on-record-title";
    const list = document.createElement("ul");
    list.className = "on-record";
    for (const one of found.on_record) {
      const line = document.createElement("li");
      const note = document.createElement("span");
      note.className = "quiet";
      note.textContent = one.note;
      const add = link(one.add_version, words.add);
      add.className = "addlink";
      line.append(link(one.url, one.text), " ", note, " ", add);
      list.append(line);
    }
    return [title, list];
  };

  pasted.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
  pasted.addEventListener("change", ask);
  paste.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  if (pasted.value) ask();
}

function paragraph(text) {
  const one = document.createElement("p");
  one.textContent = text;
  return one;
}

function item(text) {
  const one = document.createElement("li");
  one.textContent = text;
  return one;
}

function link(address, text) {
  const one = document.createElement("a");
  one.href = address;
  one.textContent = text;
  return one;
}

window.addEventListener("load", () => {
  // Django's own script has put the cursor into the first field of the form by now.
  setTimeout(() => document.getElementById("preview")?.focus());
});
