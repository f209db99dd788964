// Reporting a harmful reply, in a native dialog.
import { call, once } from "./calls.js";
import { $, say, tell } from "./words.js";

export function reports(battle) {
  const dialog = $("report"), form = $("report-form");
  let side = "", turn = 0;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-report]");
    if (!button) return;
    side = button.dataset.report;
    turn = [...$("turns").children].indexOf(button.closest(".turn")) + 1;
    form.reset();
    tell("report-alert", "");
    $("report-title").textContent = button.getAttribute("aria-label");
    dialog.showModal();
  });
  $("report-cancel").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", once(form.querySelector("[type=submit]"), async () => {
    const harm = form.elements.harm.value;
    if (!harm) return tell("report-alert", say("choose"));
    try {
      await call("POST", `battles/${battle()}/reports`, { side, turn, harm, comment: $("report-comment").value });
    } catch (error) {
      return tell("report-alert", error.message);
    }
    dialog.close();
    tell("status", say("reported"));
  }));
}
