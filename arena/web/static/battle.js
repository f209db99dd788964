// A battle on the page: the server's view of it decides what is shown, and a reload asks the server.
import { call, once, persistently, Refusal } from "./calls.js";
import * as choices from "./choice.js";
import { attachment } from "./picture.js";
import { box, category, choose, suggest } from "./question.js";
import * as receipts from "./receipt.js";
import { reports } from "./report.js";
import { follow } from "./stream.js";
import * as turns from "./turns.js";
import { giveUp, inTurn } from "./waiting.js";
import { $, say, tell, words } from "./words.js";

const PARTS = ["loading", "consent", "closed", "ask", "waiting", "choice", "thanks", "void"];
const SETTLED = new Set(["voted", "void"]);
let round, me, view = null, stop = () => {}, unsaved = false, warned = false, ask, further, attached;

const id = () => view?.battle;

function only(part) {
  for (const name of PARTS) $(name).hidden = name !== part;
  $("arena").dataset.part = part ?? "";
  document.body.dataset.battle = view ? "on" : "";
}

function land(place) {
  place.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

const heading = (part) => $(part).querySelector("h2");

// Where there is no battle: the first thing that stands between the citizen and a question.
function fresh(focus) {
  stop();
  giveUp();
  sessionStorage.removeItem("waiting");
  view = null;
  sessionStorage.removeItem("battle");
  turns.clear();
  tell("status", "");
  receipts.withhold();
  choices.offer([]);
  if (round.paused) return closed("paused", {}, focus);
  if (!round.open) {
    const state = Date.now() < Date.parse(round.opens) ? "before" : "after";
    return closed(state, { when: state === "before" ? words.opens : words.closes }, focus);
  }
  if (me.votes >= round.votes_per_person) return closed("cap", { max: round.votes_per_person }, focus);
  const part = me.consented ? "ask" : "consent";
  only(part);
  if (focus) {
    scrollTo({ top: 0 });
    me.consented ? ask.focus() : land(heading(part));
  }
}

function closed(state, values, focus) {
  $("closed-title").textContent = say(`${state}_title`);
  $("closed-text").textContent = say(`${state}_text`, values);
  only("closed");
  if (focus) land($("closed-title"));
}

// What was said of the stage before is taken back, but not the refusal that has led here.
function enter(seen, { focus = false, receipt = null, refusal = false } = {}) {
  stop();
  giveUp();
  sessionStorage.removeItem("waiting");
  receipts.withhold();
  choices.offer([]);
  if (!refusal) tell("alert", "");
  view = seen;
  sessionStorage.setItem("battle", view.battle);
  turns.show(view);
  ({ answering, open, voted, void: ended })[view.stage](focus, receipt);
}

function answering(focus) {
  only(null);
  tell("status", say("starting"), "busy");
  if (focus) {
    turns.last().focus({ preventScroll: true });
    turns.last().scrollIntoView({ block: "start" });
  }
  let begun = false;
  stop = follow(view.battle, {
    blocks(data) { begun = true; turns.grow(data); },
    heard() { tell("status", say(begun ? "writing" : "starting"), "busy"); },
    lost(tries) { tell("status", say(tries > 2 ? "offline" : "reconnecting"), "lost"); },
    end: landed,
  });
}

async function landed(end) {
  if (end.kind === "open") turns.finish();
  await refresh(true);
}

function open() {
  only("choice");
  const left = view.turns.length < view.max_turns;
  $("follow").hidden = !left;
  $("follow-turns").textContent = say("turns", { n: view.turns.length, max: view.max_turns });
  tell("status", say("ready"));
}

function voted(focus, receipt) {
  only("thanks");
  choices.put(view.feedback, view.guess);
  unsaved = warned = false;
  tell("status", receipt ? "" : say("voted_elsewhere"));
  tell("feedback-status", "");
  $("thanks-verdict").textContent = words.verdicts[view.verdict];
  show(receipt);
  if (focus) land(heading("thanks"));
  if (round.reveal !== "after_vote") guessing(view.battle);
  if (!receipt) {
    call("PUT", `battles/${view.battle}/vote`, { verdict: view.verdict }).then(show, () => {});
  }
}

async function guessing(battle) {
  const teams = await call("GET", "contestants").catch(() => []);
  if (id() === battle) choices.offer(teams);
}

function show(receipt) {
  $("thanks-receipt").hidden = $("thanks-code").hidden = !receipt;
  $("thanks-teams").hidden = !receipt?.teams;
  const votes = receipt?.votes ?? me.votes, max = receipt?.votes_per_person ?? round.votes_per_person;
  $("thanks-count").textContent = say("votes", { n: votes, max });
  Object.assign($("thanks-progress"), { max, value: votes });
  if (!receipt) return;
  me.votes = votes;
  $("thanks-index").textContent = `#${receipt.index}`;
  $("thanks-leaf").textContent = receipt.leaf;
  $("thanks-code").querySelector("code").textContent = receipts.grouped(receipt.leaf);
  receipts.offer(receipt.battle, receipt.index);
  if (receipt.teams) {
    const names = ["a", "b"].map((side) => `${side.toUpperCase()}: ${receipt.teams[side].team} · ${receipt.teams[side].name}`);
    $("thanks-teams").querySelector("dd").textContent = names.join(" / ");
  }
}

function ended(focus) {
  turns.quiet();
  only("void");
  $("void-text").textContent = words.voids[view.void_reason] ?? "";
  tell("status", $("void-text").textContent, "said");
  const lost = document.activeElement === document.body || !document.activeElement.checkVisibility();
  if (focus || lost) land(heading("void"));
}

// Asks the server how the battle stands, as often as it takes.
async function refresh(changed, refusal = false) {
  const battle = id();
  const seen = await persistently(
    () => call("GET", `battles/${battle}?render=html`),
    () => tell("status", say("reconnecting"), "lost"),
  ).catch(refused);
  if (!seen || id() !== battle) return;
  if (changed || seen.stage !== view.stage || seen.turns.length !== view.turns.length) enter(seen, { refusal });
}

// What was refused is said, and what the refusal tells of the battle is looked up.
async function refused(error) {
  if (!(error instanceof Refusal)) throw error;
  tell("alert", error.message);
  if (error.battle) return reopen(error.battle, true);
  if (error.code === "consent_needed") me.consented = false;
  if (error.status === 404 && view) return fresh(true);
  if (["cap_reached", "round_not_open", "consent_needed"].includes(error.code)) return again();
  if (error.status === 409 && view) return refresh(false, true);
}

async function again() {
  [round, me] = await Promise.all([call("GET", "round"), call("GET", "me")]);
  if (!view || SETTLED.has(view.stage)) fresh(true);
}

async function reopen(battle, refusal = false) {
  const seen = await persistently(
    () => call("GET", `battles/${battle}?render=html`),
    () => tell("status", say("offline"), "lost"),
  );
  enter(seen, { refusal });
}

async function begin(prompt, chosen, images) {
  tell("alert", "");
  try {
    const body = { prompt, category: chosen, language: words.language, images };
    const seen = await inTurn("battles", body, () => wait(prompt, chosen, images));
    if (!seen) return;
    ask.set("");
    attached.set([]);
    turns.clear();
    enter(seen, { focus: true });
  } catch (error) {
    back();
    await refused(error);
  }
}

async function askOn(prompt) {
  tell("alert", "");
  try {
    const seen = await inTurn(`battles/${id()}/turns`, { prompt }, () => wait(prompt, null));
    if (!seen) return;
    further.set("");
    enter(seen, { focus: true });
  } catch (error) {
    back();
    await refused(error);
  }
}

// All are busy: she waits where she is, with the question kept in its box, and again after a reload.
function wait(prompt, chosen, images = []) {
  stop();
  if (chosen) {
    view = null;
    sessionStorage.removeItem("battle");
    turns.clear();
    ask.set(prompt);
    attached.set(images);
    choose(chosen);
  }
  sessionStorage.setItem("waiting", chosen ?? "");
  $("waiting-prompt").textContent = prompt;
  only("waiting");
  land(heading("waiting"));
}

// To where the question was asked from.
function back() {
  if ($("waiting").hidden) return;
  if (!view) return fresh(true);
  enter(view);
  further.focus();
}

function resume(chosen) {
  if (chosen === null) return;
  if (!view && chosen && !ask.empty) begin(ask.text, chosen, attached.images);
  if (view?.stage === "open" && !further.empty) askOn(further.text);
}

async function vote(verdict) {
  tell("alert", "");
  try {
    const receipt = await call("PUT", `battles/${id()}/vote`, { verdict });
    enter({ ...view, stage: "voted", verdict, feedback: null, guess: null }, { focus: true, receipt });
    document.getElementById("sig-counts")?.click();
  } catch (error) {
    await refused(error);
  }
}

async function save() {
  try {
    await call("PUT", `battles/${id()}/vote`, { verdict: view.verdict, ...choices.chosen() });
    unsaved = warned = false;
    tell("feedback-status", say("saved"));
    if ($("comment").value || $("comment-taken").textContent) await reread();
    return null;
  } catch (error) {
    tell("feedback-status", error.message);
    return error;
  }
}

// Personal data has been taken out of what is kept; she sees what that is, unless she goes on writing.
async function reread() {
  const battle = id();
  const kept = await call("GET", `battles/${battle}`).catch(() => null);
  if (kept && id() === battle && !unsaved) choices.put(kept.feedback, kept.guess);
}

// What cannot be saved now is said once, and the second press goes on without it; of a battle that is no
// longer hers there is nothing to save.
async function left() {
  if (view?.stage !== "voted" || !unsaved || warned) return true;
  const error = await save();
  if (!error || error.status === 403 || error.status === 404) return true;
  warned = true;
  tell("feedback-status", `${error.message} ${say("unsaved")}`);
  return false;
}

async function next() {
  const saves = unsaved;
  if (!(await left())) return;
  const taken = saves ? $("comment-taken").textContent : "";
  unsaved = warned = false;
  tell("alert", "");
  try {
    [round, me] = await Promise.all([call("GET", "round"), call("GET", "me")]);
  } catch (error) {
    if (error.status) return refused(error); // else: the old view of the round will do until the next call
  }
  fresh(true);
  tell("status", taken);
}

// Another tab may have voted or asked on, and a phone may have slept.
let looked = 0;
async function look() {
  if (document.hidden || Date.now() - looked < 1000) return;
  looked = Date.now();
  if (view?.stage === "open") return refresh(false);
  if (view || $("ask").hidden) return;
  const seen = await call("GET", "me").catch(() => null);
  if (!seen || view) return;
  me = seen;
  if (me.battle && ask.empty) await reopen(me.battle);
}

function wire() {
  const send = once($("ask-send"), async () => {
    if (await attached.whole()) await begin(pending.prompt, category(), attached.images);
  });
  const sendOn = once($("follow-send"), () => askOn(pending.prompt));
  const pending = { prompt: "" };
  const checked = (go) => (prompt, problem) => {
    tell("alert", problem);
    pending.prompt = prompt;
    if (!problem) go();
  };
  attached = attachment(refused);
  ask = box("prompt", "prompt-count", round.max_prompt, checked(send));
  further = box("follow-prompt", "follow-count", round.max_prompt, checked(sendOn));
  suggest((prompt) => { ask.set(prompt); ask.focus(); });

  $("consent-yes").addEventListener("click", once($("consent-yes"), async () => {
    tell("alert", "");
    try {
      me = await call("POST", "me", { consent: round.consent });
      fresh(true);
    } catch (error) {
      await refused(error);
    }
  }));
  let chosen;
  const cast = once($("choice"), () => vote(chosen));
  choices.choice((verdict) => { chosen ??= verdict; cast().finally(() => { chosen = undefined; }); });
  choices.tags(() => { unsaved = true; warned = false; tell("feedback-status", ""); });
  $("feedback").addEventListener("submit", once($("feedback-save"), save));
  $("skip").addEventListener("click", once($("skip"), async () => {
    try {
      enter(await call("DELETE", `battles/${id()}`), { focus: true });
    } catch (error) {
      await refused(error);
    }
  }));
  $("again").addEventListener("click", once($("again"), () => {
    const { prompt, pictures } = view.turns[0];
    return begin(prompt, view.category, pictures.map(({ picture }) => picture));
  }));
  $("waiting-cancel").addEventListener("click", back);
  for (const button of document.querySelectorAll("[data-next]")) button.addEventListener("click", once(button, next));
  $("copy").hidden = !navigator.clipboard;
  $("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText($("thanks-leaf").textContent);
    tell("feedback-status", say("copied"));
  });
  reports(id);
  document.addEventListener("visibilitychange", look);
  for (const name of ["focus", "online", "pageshow"]) addEventListener(name, look);
}

async function boot() {
  const waited = sessionStorage.getItem("waiting");
  [round, me] = await persistently(
    () => Promise.all([call("GET", "round"), call("GET", "me")]),
    () => tell("status", say("offline"), "lost"),
  );
  tell("status", "");
  wire();
  $("arena").setAttribute("aria-busy", "false");
  const known = me.battle ?? sessionStorage.getItem("battle");
  const seen = known && await persistently(
    () => call("GET", `battles/${known}?render=html`),
    () => tell("status", say("offline"), "lost"),
  ).catch(() => null);
  seen ? enter(seen) : fresh(false);
  resume(waited);
}

boot();
