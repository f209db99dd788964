// Erasing one's own record, in two steps.
import { call, once } from "./calls.js";
import { $, say, tell } from "./words.js";

function sure(shown) {
  $("erase-sure").hidden = !shown;
  $("erase-ask").hidden = shown;
  $(shown ? "erase-no" : "erase-ask").focus();
}

$("erase-ask").addEventListener("click", () => sure(true));
$("erase-no").addEventListener("click", () => sure(false));
$("erase-yes").addEventListener("click", once($("erase-yes"), async () => {
  tell("erase-alert", "");
  try {
    await call("DELETE", "me");
  } catch (error) {
    return tell("erase-alert", error.message);
  }
  sessionStorage.clear();
  sure(false);
  tell("erase-status", say("erased"));
  document.getElementById("sig-record")?.click();
}));
call("GET", "me").then((me) => { $("erase").hidden = !me.consented; }, () => {});
