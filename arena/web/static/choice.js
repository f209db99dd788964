// The verdict by button or key, and what is said beside it.
import { $, missing, tell } from "./words.js";

const LETTERS = { a: "a", b: "b", t: "tie", n: "both_bad" };
// The same places on a Korean keyboard: ㅁ, ㅠ, ㅅ, ㅜ.
const CODES = { KeyA: "a", KeyB: "b", KeyT: "tie", KeyN: "both_bad" };
const WRITING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

const guesses = () => [...document.querySelectorAll("[data-guess]")];
let guessed = null;

const buttons = () => [...document.querySelectorAll("[data-verdict]")];

export function choice(vote) {
  for (const button of buttons()) button.addEventListener("click", () => vote(button.dataset.verdict));
  const keys = $("keys");
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    if ($("choice").hidden || !keys.checked || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest?.(WRITING) || document.querySelector("dialog[open]")) return;
    const verdict = keyed(event);
    if (!verdict) return;
    event.preventDefault();
    vote(verdict);
  });
}

function keyed(event) {
  const offered = buttons().map((button) => button.dataset.verdict);
  if (/^[1-9]$/.test(event.key)) return offered[event.key - 1];
  const verdict = LETTERS[event.key.toLowerCase()] ?? CODES[event.code];
  return offered.includes(verdict) ? verdict : undefined;
}

export function chosen() {
  const reasons = { a: [], b: [] };
  for (const tag of document.querySelectorAll('.tag[aria-pressed="true"]')) {
    reasons[tag.closest("[data-side]").dataset.side].push(tag.dataset.reason);
  }
  const said = { reasons, comment: $("comment").value };
  if ($("guess").hidden) return said; // she was not asked
  return { ...said, guess: Object.fromEntries(guesses().map((list) => [list.dataset.guess, list.value])) };
}

// Only once she has voted: before that no team is named on the page.
export function offer(teams) {
  $("guess").hidden = !teams.length;
  for (const list of guesses()) {
    list.length = 1;
    for (const { id, team, name } of teams) list.add(new Option(`${team} · ${name}`, id));
    list.value = guessed?.[list.dataset.guess] ?? "";
  }
}

export function put(feedback, guess) {
  guessed = guess;
  for (const tag of document.querySelectorAll(".tag")) {
    const said = feedback?.[tag.closest("[data-side]").dataset.side] ?? [];
    tag.setAttribute("aria-pressed", String(said.includes(tag.dataset.reason)));
  }
  $("comment").value = feedback?.comment ?? "";
  tell("comment-taken", missing("comment_taken", feedback?.taken ?? []));
}

export function tags(changed) {
  for (const tag of document.querySelectorAll(".tag")) {
    tag.addEventListener("click", () => {
      tag.setAttribute("aria-pressed", String(tag.getAttribute("aria-pressed") !== "true"));
      changed();
    });
  }
  $("comment").addEventListener("input", changed);
  $("guess").addEventListener("change", changed);
}
