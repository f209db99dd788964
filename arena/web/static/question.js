// Writing a question: its length, its category, suggestions, and a draft that survives a reload.
import { $, say, words } from "./words.js";

const letters = (text) => [...text].length;

export function box(name, counter, limit, send) {
  const area = $(name), count = $(counter), form = area.form;
  const refresh = () => {
    const n = letters(area.value);
    count.textContent = say("count", { n, max: limit });
    count.dataset.over = n > limit;
    area.removeAttribute("aria-invalid");
    if (area.value) sessionStorage.setItem(name, area.value);
    else sessionStorage.removeItem(name);
  };
  const wrong = () => {
    const n = letters(area.value);
    if (!area.value.trim()) return say("empty");
    return n > limit ? say("too_long", { n: n - limit }) : "";
  };
  area.value = sessionStorage.getItem(name) ?? "";
  refresh();
  area.addEventListener("input", refresh);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = wrong();
    if (problem) {
      area.setAttribute("aria-invalid", "true");
      area.focus();
    }
    send(area.value, problem);
  });
  return {
    set(text) { area.value = text; refresh(); },
    get text() { return area.value; },
    get empty() { return !area.value.trim(); },
    focus() { area.focus(); },
  };
}

export const category = () => document.querySelector('input[name="category"]:checked')?.value;

export function choose(category) {
  const input = document.querySelector(`input[name="category"][value="${CSS.escape(category)}"]`);
  if (input && !input.checked) input.click();
}

export function suggest(choose) {
  const list = $("suggestions");
  const refresh = () => {
    const fitting = words.suggestions.filter((one) => one.category === category());
    list.replaceChildren(...fitting.map((one) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.textContent = one.prompt;
      button.addEventListener("click", () => choose(one.prompt));
      item.append(button);
      return item;
    }));
    $("suggestions-hint").hidden = !fitting.length;
  };
  for (const input of document.querySelectorAll('input[name="category"]')) input.addEventListener("change", refresh);
  refresh();
}
