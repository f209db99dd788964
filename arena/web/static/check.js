// Checking a receipt: the file goes to the server, which says what it proves and keeps nothing of it.
import { once, spoken } from "./calls.js";
import { $, say, tell, words } from "./words.js";

const LARGEST = 60000;

const when = (moment) =>
  new Date(moment).toLocaleString(words.language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Seoul" });

function facts(found) {
  const values = {
    verdict: words.verdicts[found.verdict], index: `#${found.index}`, when: when(found.recorded), code: found.code,
    size: found.size, names: found.cosigners.join(", "),
  };
  const said = ["proof_verdict", "proof_place", "proof_code", "proof_signed"];
  said.push(found.cosigners.length ? "proof_witnesses" : "proof_no_witness", "proof_hides");
  return said.map((key) => say(key, values));
}

function show(found) {
  const holds = found.finding === "holds";
  $("check-title").textContent = say(`finding_${found.finding}`);
  $("check-text").textContent = say(`advice_${found.finding}`);
  $("check-facts").replaceChildren(...(holds ? facts(found) : []).map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  $("check-facts").hidden = !holds;
  $("check-result").dataset.finding = found.finding;
  $("check-result").hidden = false;
  $("check-title").focus({ preventScroll: true });
  $("check-result").scrollIntoView({ block: "nearest" });
}

async function check(text) {
  tell("check-alert", "");
  $("check-result").hidden = true;
  if (!text.trim()) return tell("check-alert", say("check_empty"));
  if (text.length > LARGEST) return show({ finding: "unreadable" });
  try {
    const answer = await fetch("/api/receipts", {
      method: "POST", body: text, headers: { ...spoken, "Content-Type": "text/plain; charset=utf-8" },
    });
    const found = await answer.json();
    if (answer.ok) show(found);
    else tell("check-alert", found.message);
  } catch {
    tell("check-alert", say("lost"));
  }
}

async function take(file) {
  if (!file) return;
  if (file.size > LARGEST) return show({ finding: "unreadable" });
  $("check-text-in").value = await file.text();
  await check($("check-text-in").value);
}

// A text copied out of a mail has other line ends, and sometimes spaces around it.
const pasted = () => `${$("check-text-in").value.replace(/\r\n?/g, "\n").trim()}\n`;

$("check-form").addEventListener("submit", once($("check-send"), () => check(pasted())));
$("check-file").addEventListener("change", () => take($("check-file").files[0]));
const place = $("check");
for (const name of ["dragenter", "dragover"]) {
  place.addEventListener(name, (event) => { event.preventDefault(); place.dataset.over = "on"; });
}
for (const name of ["dragleave", "drop"]) place.addEventListener(name, () => { delete place.dataset.over; });
place.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); });
