// The receipt of a vote: its short code at once, its file as soon as a checkpoint covers the vote.
import { $, say, tell } from "./words.js";

const SOONEST = 1500, LATEST = 10000;
let timer;

export const grouped = (leaf) => leaf.slice(0, 16).match(/.{4}/g).join(" ");

// How many entries are under a checkpoint; 0 where nobody can tell now.
async function covered() {
  try {
    const answer = await fetch("/api/checkpoint");
    return answer.ok ? Number((await answer.text()).split("\n")[1]) : 0;
  } catch {
    return 0;
  }
}

export function withhold() {
  clearTimeout(timer);
  timer = undefined;
  $("receipt-file").hidden = true;
  tell("receipt-state", "");
}

export function offer(battle, index) {
  withhold();
  tell("receipt-state", say("receipt_soon"));
  let wait = SOONEST;
  const look = async () => {
    const asked = timer;
    const ready = !document.hidden && (await covered()) > index;
    if (timer !== asked) return; // another vote, or none, is shown by now
    if (ready) {
      $("receipt-file").href = `/api/battles/${battle}/receipt`;
      $("receipt-file").hidden = false;
      return tell("receipt-state", say("receipt_ready"));
    }
    wait = Math.min(LATEST, wait * 1.4);
    timer = setTimeout(look, wait);
  };
  timer = setTimeout(look, 0);
}
