// The turns of a battle on the page. HTML enters here and nowhere else: rendered and cleaned by our own server.
import { address } from "./picture.js";
import { $, missing, say } from "./words.js";

const SIDES = ["a", "b"];

const pane = (turn, side) => turn.querySelector(`.pane[data-side="${side}"]`);
const reply = (turn, side) => pane(turn, side).querySelector(".reply");

export function clear() {
  $("turns").replaceChildren();
}

export function last() {
  return $("turns").lastElementChild;
}

export function show(view) {
  const turns = $("turns");
  while (turns.children.length > view.turns.length) turns.lastElementChild.remove();
  view.turns.forEach((turn, number) => {
    const place = turns.children[number] ?? turns.appendChild(blank(view, number));
    place.querySelector(".prompt").textContent = turn.prompt;
    hint(place.querySelector(".taken"), turn.taken);
    picture(place.querySelector(".pictures"), turn.pictures);
    if (turn.html) for (const side of SIDES) fill(place, side, turn.html[side]);
    if (turn.replies) finish(place);
  });
}

function hint(place, taken) {
  place.textContent = missing("taken", taken);
  place.hidden = !taken.length;
}

function picture(place, shown) {
  if (place.children.length === shown.length) return;
  place.hidden = false;
  place.replaceChildren(...shown.map(({ picture, width, height }) => {
    const image = document.createElement("img");
    Object.assign(image, { width, height, alt: say("picture_alt"), src: address(picture) });
    return image;
  }));
}

function blank(view, number) {
  const made = $("turn").content.cloneNode(true).firstElementChild;
  made.tabIndex = -1;
  made.setAttribute("aria-label", say("turns", { n: number + 1, max: view.max_turns }));
  if (number) made.querySelector("[data-turn]").textContent = say("turns", { n: number + 1, max: view.max_turns });
  return made;
}

function fill(turn, side, html) {
  const place = reply(turn, side);
  if (place.dataset.whole) return;
  place.dataset.whole = "true";
  place.innerHTML = html;
}

export function grow(blocks) {
  const turn = last();
  for (const side of SIDES) {
    const place = reply(turn, side);
    for (const [index, html] of blocks[side]) {
      while (place.children.length <= index) place.append(document.createElement("div"));
      place.children[index].innerHTML = html;
    }
  }
}

export function finish(turn = last()) {
  for (const side of SIDES) {
    pane(turn, side).setAttribute("aria-busy", "false");
    pane(turn, side).querySelector("[data-report]").hidden = false;
    if (reply(turn, side).children.length) reply(turn, side).dataset.whole = "true";
  }
}

// What a battle without a vote leaves: the page must not look as if it were still writing.
export function quiet() {
  for (const place of document.querySelectorAll('.pane[aria-busy="true"]')) place.setAttribute("aria-busy", "false");
}
