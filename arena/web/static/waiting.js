// Waiting in line: the same request again and again, until it is her turn or she has waited enough.
import { call, nap } from "./calls.js";
import { $, say, tell } from "./words.js";

const QUIET = 10000; // a screen reader hears of the line no more often
let current = null;

// Sends a question; gives the battle once there is room for it, or null if she gave up before.
// `began` is called when there is a line at all.
export async function inTurn(path, body, began) {
  const mine = current = { place: 0, said: 0 };
  let seen = null;
  try {
    while (mine === current) {
      seen = await asked(path, body, mine);
      if (seen && !seen.waiting) return seen; // also if she gave up meanwhile: the battle is there
      if (mine !== current) break;
      if (!mine.place) began();
      if (seen) show(mine, seen.waiting);
      await nap((seen?.waiting.after ?? 2) * 1000 * (0.8 + 0.4 * Math.random()), mine);
    }
    return null;
  } finally {
    if (mine === current) current = null;
  }
}

// A network that is away while she waits is waited for too.
async function asked(path, body, mine) {
  try {
    return await call("POST", path, body);
  } catch (error) {
    if (!mine.place || error.status || mine !== current) throw error;
    tell("status", say("reconnecting"), "lost");
    mine.said = 0;
    return null;
  }
}

export function giveUp() {
  if (!current) return;
  const { place, wake } = current;
  current = null;
  wake?.();
  if (place) call("DELETE", "waiting").catch(() => {}); // else the place is lost by itself
}

function show(mine, { place, seconds }) {
  const where = place > 1 ? say("waiting_place", { n: place - 1 }) : say("waiting_next");
  const when = seconds < 55 ? say("waiting_seconds", { n: 10 * Math.ceil(seconds / 10) })
    : say("waiting_minutes", { n: Math.ceil(seconds / 60) });
  $("waiting-place").textContent = where;
  $("waiting-time").textContent = when;
  const old = mine.place === place || (place > 1 && Date.now() - mine.said < QUIET);
  mine.place = place;
  if (old && mine.said) return;
  mine.said = Date.now();
  tell("status", `${where} ${when}`, "said");
}
