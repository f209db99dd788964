// Checking a receipt: here, in the browser, by the script of verify.html; nothing is sent unless she asks the site.
import "./verifier.js";
import { once, spoken } from "./calls.js";
import { $, say, tell, words } from "./words.js";

const { RECEIPT_LIMIT, checkReceipt, keysOf } = window.arenaRecord;
const MARKS = { holds: "✓", fails: "✗", unchecked: "–" };
const ASKABLE = ["holds", "unsigned", "replaced", "unable"];
const KEYS_WAIT = 4000; // milliseconds: without a network a check must not wait for keys
let checked; // the receipt that is shown, as bytes

const when = (time) =>
  new Date(1000 * time).toLocaleString(words.language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Seoul" });

// The keys of the record, and of the witnesses that the rules name; they come with the page, before anything is checked.
const named = (async () => {
  try {
    const answer = await fetch("/api/keys", { signal: AbortSignal.timeout(KEYS_WAIT) });
    const keys = answer.ok ? await answer.text() : "";
    if (!$("check-keys").value) $("check-keys").value = [...keys.trim().split("\n"), ...words.witnesses].join("\n").trim();
  } catch {
    // Without them nothing is called signed; a key from elsewhere can be pasted.
  }
})();

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function shownStep({ name, state, ...said }) {
  const line = element("li", "");
  line.dataset.state = state;
  const mark = element("span", `${MARKS[state]} `, "step-mark");
  mark.setAttribute("aria-hidden", "true");
  const names = element("strong", `${name[words.language]} (${say(`state_${state}`)})`);
  line.append(mark, names, element("span", ` ${said[words.language]}`));
  return line;
}

function facts(found) {
  if (!["holds", "replaced"].includes(found.finding)) return [];
  const team = say(words.openings === "public" ? "proof_shown" : "proof_hides");
  return [say("proof_when", { when: when(found.time) }), say("proof_code", { code: found.code }), say("proof_counts"), team];
}

function show(found) {
  $("check-title").textContent = say(`finding_${found.finding}`);
  $("check-text").textContent = say(`advice_${found.finding}`);
  $("check-steps").replaceChildren(...(found.steps ?? []).map(shownStep));
  $("check-facts").replaceChildren(...facts(found).map((text) => element("li", text)));
  for (const place of ["check-steps", "check-facts"]) $(place).hidden = !$(place).children.length;
  $("check-online").hidden = !ASKABLE.includes(found.finding);
  tell("check-compared", "");
  $("check-result").dataset.finding = found.finding;
  $("check-result").hidden = false;
  $("check-title").focus({ preventScroll: true });
  $("check-result").scrollIntoView({ block: "nearest" });
}

async function find(bytes) {
  await named;
  const keys = keysOf($("check-keys").value);
  if (!keys) {
    $("check-keys-part").open = true;
    return { finding: "keys" };
  }
  try {
    return await checkReceipt(bytes, keys);
  } catch {
    return { finding: "unable" }; // a browser without Ed25519, or a page that did not come by https
  }
}

function refuse(why) {
  $("check-result").hidden = true;
  tell("check-alert", say(why));
}

async function check(bytes) {
  tell("check-alert", "");
  $("check-result").hidden = true;
  if (!bytes.length) return refuse("check_empty");
  checked = bytes;
  show(await find(bytes));
}

async function take(file) {
  if (!file) return undefined;
  const read = file.size > 4 * RECEIPT_LIMIT ? [0] : await file.arrayBuffer().catch(() => null);
  if (read === null) return refuse("check_lost"); // moved, not to be read, or no file at all
  const bytes = new Uint8Array(read);
  $("check-text-in").value = file.size > 4 * RECEIPT_LIMIT ? "" : new TextDecoder().decode(bytes);
  return check(bytes);
}

// What is dropped may be a folder, or no file; what a folder holds, verify.html checks.
function dropped({ items, files }) {
  if ([...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory)) return refuse("check_folder");
  return files.length ? take(files[0]) : refuse("check_empty");
}

// A text copied out of a mail has other line ends, and sometimes spaces around it.
function pasted() {
  const text = $("check-text-in").value.replace(/\r\n?/g, "\n").trim();
  return new TextEncoder().encode(text && `${text}\n`);
}

// The one thing that cannot be told here: whether the record of today is still the one that was signed.
async function compare() {
  tell("check-compared", "");
  try {
    const answer = await fetch("/api/receipts", {
      method: "POST", body: checked, headers: { ...spoken, "Content-Type": "text/plain; charset=utf-8" },
    });
    const found = await answer.json();
    if (!answer.ok) return tell("check-compared", found.message, "bad");
    if (found.finding === "holds") return tell("check-compared", say("compared_holds"), "good");
    tell("check-compared", `${say(`finding_${found.finding}`)}. ${say(`advice_${found.finding}`)}`, "bad");
  } catch {
    tell("check-compared", say("lost"), "bad");
  }
}

$("check-form").addEventListener("submit", once($("check-send"), () => check(pasted())));
$("check-file").addEventListener("change", () => take($("check-file").files[0]));
$("check-compare").addEventListener("click", once($("check-compare"), compare));
const place = $("check");
for (const name of ["dragenter", "dragover"]) {
  place.addEventListener(name, (event) => { event.preventDefault(); place.dataset.over = "on"; });
}
for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => { delete place.dataset.over; });
place.addEventListener("drop", (event) => { event.preventDefault(); dropped(event.dataTransfer); });
