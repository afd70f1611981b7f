// Small comforts; every page works without them.
"use strict";

// A list of choices gets a field that narrows it.
for (const list of document.querySelectorAll("[data-search]")) {
  const field = document.createElement("input");
  field.type = "search";
  field.className = "choices-search";
  field.placeholder = list.dataset.search;
  field.setAttribute("aria-label", list.dataset.search);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const choice of list.querySelectorAll(".choice")) {
      choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.before(field);
}

// The preview follows what is typed.
const WAIT_MS = 400;
for (const form of document.querySelectorAll("form[data-preview]")) {
  const shown = document.getElementById("preview");
  let timer = 0;
  let running = null;
  const refresh = async () => {
    if (running) running.abort();
    running = new AbortController();
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") body.append(name, value);
    }
    body.delete("address");
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST", body, headers: {"X-Fragment": "preview"}, signal: running.signal,
      });
      if (answer.ok) shown.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") console.warn(error);
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "address" || event.target.type === "search") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  });
}

// An empty field for the time zone is filled in with the visitor's own.
for (const field of document.querySelectorAll("[data-own-timezone]")) {
  if (!field.value || field.value === "UTC") field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
}
