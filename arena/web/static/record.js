// Erasing one's own record, in two steps; as long as it is possible, with or without one's votes.
import { call, once } from "./calls.js";
import { $, say, tell } from "./words.js";

function sure(shown) {
  $("erase-sure").hidden = !shown;
  $("erase-ask").hidden = shown;
  $(shown ? "erase-no" : "erase-ask").focus();
}

$("erase-ask").addEventListener("click", () => sure(true));
$("erase-no").addEventListener("click", () => sure(false));
function erasing(button, path, done) {
  $(button).addEventListener("click", once($(button), async () => {
    tell("erase-alert", "");
    try {
      await call("DELETE", path);
    } catch (error) {
      return tell("erase-alert", error.message);
    }
    sessionStorage.clear();
    sure(false);
    tell("erase-status", say(done));
    document.getElementById("sig-record")?.click();
  }));
}

erasing("erase-yes", "me", "erased");
erasing("withdraw-yes", "me?withdraw=1", "withdrawn");
call("GET", "me").then((me) => {
  $("erase").hidden = !me.consented;
  $("withdraw-text").hidden = $("withdraw-yes").hidden = !me.may_withdraw || !me.votes;
}, () => {});
