"""English."""

PAGE = {
    "skip": "Skip to content",
    "navigation": "Main menu",
    "battle": "Compare",
    "rules": "Rules",
    "standings": "Standings",
    "record": "My record",
    "other_language": "한국어",
    "other_language_hint": "한국어로 보기",
    "demo": "This is a demo. Answers come from demo models built into this program, not from contestants.",
    "demo_short": "demo model",
    "ai_notice": "All answers are written by generative AI and may be wrong.",
    "noscript": "Please turn on JavaScript in your browser to use this page.",
    "loading": "Loading…",
    "battle_title": "Which answer is better?",
    "battle_lead": "Write a question and two AIs, their names hidden, answer side by side. "
    "Read both and pick the better one.",
    "consent_title": "Before you start",
    "consent_record": "We record your question, both answers, your choice, its category and time. No name, "
    "address or IP is stored; only a pseudonym that cannot be traced to you.",
    "consent_ai": "Both answers are written by generative AI. They may be wrong or made up.",
    "consent_private": "Please do not enter personal data such as ID or phone numbers, or stories about "
    "other "
    "people. Questions are passed to the contestants' servers.",
    "consent_pictures": "Pictures that you add are recorded and passed on too, and personal data in them "
    "cannot be hidden.",
    "consent_erase": "You can erase what you wrote at any time under “My record”. Votes stay under a "
    "pseudonym.",
    "consent_more": "Read all the rules",
    "consent_yes": "I agree, start",
    "ask_title": "Ask",
    "ask_label": "Ask anything",
    "ask_hint": "No personal data, please.",
    "ask_key": "Ctrl + Enter sends too.",
    "ask_send": "Ask both AIs",
    "picture": "Picture",
    "picture_pick": "Add one picture (optional)",
    "picture_remove": "Remove the picture",
    "picture_alt": "The picture with your question",
    "picture_hint": "Hidden data, such as where it was taken, is removed, but what a picture shows "
    "cannot be. Please no faces, addresses or ID cards.",
    "category": "Category",
    "suggestions": "How about one of these? A tap puts it into the box, where you can change it.",
    "your_question": "Your question",
    "side_a": "Answer A",
    "side_b": "Answer B",
    "ai_mark": "Written by generative AI",
    "report": "Report",
    "report_a": "Report answer A",
    "report_b": "Report answer B",
    "verdict_title": "Pick the better answer",
    "verdict_hint": "One tap records your vote. It cannot be undone.",
    "key_hint": "Choose by key (1–4 or A · B · T · N)",
    "follow_title": "Ask on",
    "follow_label": "Your next question",
    "follow_hint": "Both AIs answer again. You vote once, on the whole conversation.",
    "follow_send": "Ask on",
    "skip_vote": "Stop without voting",
    "thanks_title": "Thank you. Your vote is on record.",
    "your_verdict": "Your choice",
    "your_count": "Your votes",
    "receipt_show": "Show the receipt",
    "receipt_index": "Entry number",
    "receipt_code": "Check code",
    "receipt_leaf": "Whole fingerprint",
    "receipt_file": "Get the receipt file",
    "receipt_hint": "Where on the record your vote was written, and the fingerprint of that entry. "
    "The check code is how the fingerprint begins.",
    "receipt": "Check a receipt",
    "receipt_title": "Check a receipt",
    "receipt_lead": "See what the receipt file that you got after a vote proves.",
    "receipt_about": "## What a receipt is\n\n"
    "Every vote is a line of a record that can only be added to. A receipt proves that your line is in the "
    "record that was signed.\n\n"
    "- It shows that what you chose was written down **as it was cast**.\n"
    "- Votes that were taken back or left out by a rule have receipts too. "
    "So it does not prove that the vote counted.\n"
    "- If the line were removed or changed later, the receipt would contradict the record, for all to see.\n"
    "- It does not hold which team was A, nor who voted. But in a round that opens everything (a rehearsal) "
    "the published record shows afterwards which team was A.\n\n"
    "This page checks a receipt in your browser and sends it nowhere. You need not trust this site: "
    "[verify.html](/verify.html), once downloaded, or `arena verify-receipt FILE --key VKEY` "
    "checks the same without the internet. The public keys of the record are at [/api/keys](/api/keys).",
    "check_title": "Put a receipt in",
    "check_hint": "Drop the file here, or pick it. It is checked in this browser; nothing of it is sent.",
    "check_file": "Pick a file",
    "check_paste": "Or paste what is in the receipt",
    "check_send": "Check",
    "check_keys_show": "Keys for the signatures",
    "check_keys": "Public keys of the record and of witnesses, one a line",
    "check_keys_hint": "These are the keys that this site names. If you have others from elsewhere, such as "
    "a newspaper or an agency's site, put those in their place.",
    "check_compare": "Ask the site whether the record still has it",
    "check_compare_hint": "Only then is the receipt sent. The site checks it and keeps nothing of it.",
    "verify_hint": "To check without this site, keep one file: it checks receipts and the whole published "
    "folder, and needs no network:",
    "verify_link": "download the verifier (verify.html)",
    "copy_code": "Copy",
    "teams": "Who wrote the answers",
    "reasons_title": "Why did you choose so? (optional)",
    "guess_title": "Which team might it be? (optional)",
    "guess_hint": "This tells us how well names are hidden. It changes nothing about your vote.",
    "guess_nobody": "I don’t know",
    "comment": "Anything to add",
    "save": "Save feedback",
    "next": "Next battle",
    "void_title": "This battle ended without a vote",
    "again": "Same question again",
    "new_question": "Another question",
    "report_title": "Report an answer",
    "report_why": "What is wrong with it?",
    "report_comment": "Details (optional)",
    "report_send": "Send report",
    "cancel": "Cancel",
    "to_record": "See my record",
    "waiting_title": "Waiting for your turn",
    "waiting_hint": "Many people are here right now. Keep this page open: it goes on by itself when it is "
    "your turn. Your question is not stored while you wait.",
    "waiting_cancel": "Stop waiting",
    "how": "## How it works\n\n"
    "1. **Ask.** Write what you really want to know, or change a suggested question.\n"
    "2. **Read side by side.** Both names are hidden, and both answers appear at one pace.\n"
    "3. **Choose.** Pick the better answer in one tap. You judge the answer, not the name.",
    "counts": "So far **{citizens:,}** people have made **{battles:,}** comparisons and cast "
    "**{votes:,}** votes.",
    "rules_title": "Rules of this round",
    "rules_lead": "The rules are fixed before the round opens and cannot be changed while it is open.",
    "standings_title": "Standings",
    "notices": "Notices of the operator",
    "notice_info": "Notice",
    "notice_warning": "Important",
    "notice_close": "Close",
    "standings_lead": "Computed from the votes of citizens.",
    "record_title": "My record",
    "record_lead": "Questions and votes made with this browser. Nobody else can see them.",
    "docs_title": "HTTP API",
    "erase_title": "Erase my record",
    "erase_text": "Erases all your questions and pictures, their answers and your comments. Votes stay under "
    "a pseudonym that nobody can trace to you. This cannot be undone.",
    "erase": "Erase my record",
    "erase_sure": "Erase everything?",
    "erase_yes": "Erase it all",
    "withdraw_text": "You can take your votes back as well. They then do not count in the score. That they "
    "were taken back stays on record under the pseudonym, and votes that you have used stay used.",
    "withdraw_yes": "Erase and take back my votes",
    "erased": "Erased. Nothing is left on record for this browser.",
}


WORDS = {
    "speed.hidden": "both appear at one pace",
    "speed.visible": "as fast as they really are",
    "reveal.never": "never named",
    "reveal.after_round": "named after the round",
    "reveal.after_vote": "named right after your vote",
    "standings.sealed": "sealed until the result is published",
    "standings.live": "open at any time",
    "both_bad.tie": "counted as a tie",
    "both_bad.dropped": "left out of the fit",
    "decision.votes": "With fewer than {least:,} votes it is always a statistical tie.",
    "decision.category_votes": "A category with fewer than {least:,} votes has no ratings of its own.",
    "controls": "While all pairs come up once, {controls} more battles are checks: one AI writes "
    "both answers, and votes on them never score.",
    "controls.references": "While all pairs come up once, {controls} more battles are checks: one AI writes "
    "both answers, or a contestant meets a reference model ({references}). "
    "Votes on them never score, and a reference gets neither points nor a place.",
    "pictures": "A question may come with a picture ({pictures} at most). Pairs for such battles are "
    "drawn apart, among the AIs that take pictures, and votes on them {scored}. "
    "They use up a person's votes like all others. A picture is stored when it is picked, and removed "
    "if nothing is asked about it.",
    "pictures.scored": "score as all others do",
    "pictures.apart": "do not score",
    "now.open": "open",
    "now.before": "not open yet",
    "now.after": "over",
    "sealed": "## Sealed\n\n"
    "Voting ends on **{closes}**. Then the result is fixed; standings are shown when it is published.\n\n"
    "Votes can drift towards whoever is said to lead. So that everybody judges the answers alone, "
    "standings stay sealed until the result is published.",
    "no_score": "## No standings yet\n\nThe votes so far do not suffice to compute standings.",
    "standings_counts": "Computed from {votes:,} votes of {voters:,} people. Intervals are 95 % "
    "confidence intervals.",
    "place": "Place",
    "model": "Model",
    "rating": "Rating",
    "points": "Points",
    "votes": "Battles",
    "receipt": "receipt",
    "erased": "(erased)",
    "no_record": "Nothing here yet. Ask your first question.",
    "record_counts": "You have cast **{votes} / {votes_per_person}** votes in this round. The latest 50 "
    "are shown.",
}

SCRIPT = {
    "count": "{n} / {max}",
    "too_long": "The question is too long by {n} characters.",
    "empty": "Please write a question.",
    "writing": "Both AIs are writing…",
    "starting": "Asking both AIs…",
    "ready": "Both answers are complete.",
    "reconnecting": "Reconnecting…",
    "offline": "The server cannot be reached. Reconnecting…",
    "saved": "Your feedback is saved. Thank you.",
    "unsaved": "Your opinion was not saved. Press once more to go on without it.",
    "voted_elsewhere": "You have already voted in this battle.",
    "reported": "Your report has been received. Thank you.",
    "copied": "Copied.",
    "turns": "Question {n} of {max}",
    "taken": "What looked like personal data ({kinds}) was taken out before the teams got your question. "
    "The original is stored nowhere.",
    "comment_taken": "What looked like personal data ({kinds}) was taken out of your comment before it was "
    "saved. The original is stored nowhere.",
    "taken_resident_number": "resident number",
    "taken_card": "card number",
    "taken_phone": "phone number",
    "taken_account": "account number",
    "taken_email": "e-mail address",
    "picture_pick": "Add one picture (optional)",
    "picture_other": "Pick another picture",
    "picture_alt": "The picture with your question",
    "picture_sending": "Sending the picture…",
    "picture_ready": "The picture is added. Both AIs get it as you see it.",
    "picture_removed": "The picture is removed.",
    "picture_gone": "Your picture is no longer here. Please pick it again.",
    "votes": "{n} / {max}",
    "waiting_place": "People ahead of you: {n}.",
    "waiting_next": "You are next.",
    "waiting_seconds": "About {n} seconds to go.",
    "waiting_minutes": "Minutes to go: about {n}.",
    "lost": "The server cannot be reached. Check your connection and try again.",
    "cap_title": "You have cast all your votes of this round",
    "cap_text": "That was all {max} of them. Thank you for taking part.",
    "before_title": "Not open yet",
    "before_text": "The round opens on {when}. Please come back then.",
    "after_title": "This round is over",
    "after_text": "It closed on {when}. Thank you for taking part.",
    "skipped": "You stopped without voting.",
    "choose": "Please choose one.",
    "erased": "Erased. Nothing is left on record for this browser.",
    "withdrawn": "Erased, and your votes are taken back. They do not count in the score.",
    "broken": "The content could not be loaded.",
    "receipt_soon": "The receipt file is ready within a minute.",
    "receipt_ready": "The receipt file is ready.",
    "paused_title": "No votes are taken for a while",
    "paused_text": "The record is being looked into. All that is on it stays, and we open again afterwards.",
    "check_empty": "Please pick a receipt file, or paste what is in it.",
    "check_folder": "Please drop the receipt file (.tlog-proof), not a folder. "
    "The published folder of a round is checked by verify.html, below.",
    "check_lost": "The file could not be read. Please pick it again, or paste what is in it.",
    "finding_holds": "The receipt holds",
    "finding_unreadable": "This is not a receipt",
    "finding_foreign": "This receipt is from elsewhere",
    "finding_unsigned": "The signature was not checked",
    "finding_replaced": "It is signed with an old key",
    "finding_keys": "A key cannot be read",
    "finding_unable": "This browser cannot check it",
    "finding_broken": "The receipt does not hold",
    "finding_contradicts": "The receipt contradicts the record",
    "advice_holds": "This is what it proves.",
    "advice_unreadable": "It cannot be read as a receipt. Please use the file as you got it, unchanged.",
    "advice_foreign": "It is of another record than the keys are.",
    "advice_unsigned": "Nothing fails. But without a key of the record its signature could not be checked.",
    "advice_replaced": "Nothing fails. But it is signed with a key that has been replaced. "
    "Please ask the site below whether the record still has it.",
    "advice_keys": "Something in the field of keys is no key. Please paste keys as they are.",
    "advice_unable": "Please use a new version of Chrome, Edge, Firefox or Safari at an https address. "
    "You can also ask the site below.",
    "advice_broken": "It was changed, or its signature is wrong. "
    "Please use the file as you got it, unchanged.",
    "advice_contradicts": "This site signed it, and the record is another now. That must never happen. "
    "Keep the file and show it to an auditor.",
    "state_holds": "Holds",
    "state_fails": "Fails",
    "state_unchecked": "Not checked",
    "proof_when": "Written down: {when} (Korean time)",
    "proof_code": "Check code: {code}",
    "compared_holds": "The record still has this very line.",
    "proof_counts": "It proves that the vote was recorded as it was cast. Votes taken back or left out "
    "have receipts too, so it does not prove that the vote counted.",
    "proof_hides": "Which team was A, and who voted, cannot be learned from it.",
    "proof_shown": "Who voted cannot be learned from it. Which team was A is not in it either; but this "
    "round opens everything, so the published record shows it afterwards.",
}

CATEGORIES = {
    "general": "Everyday",
    "knowledge": "Knowledge",
    "writing": "Writing",
    "law": "Law",
    "medicine": "Health",
    "public": "Public services",
    "coding": "Coding",
    "math": "Maths",
    "translation": "Translation",
    "ideas": "Ideas",
}

REASONS = {
    "correct": "Correct",
    "clear": "Clear",
    "complete": "Complete",
    "concise": "Concise",
    "natural": "Natural",
    "creative": "Creative",
    "wrong": "Wrong",
    "unclear": "Hard to follow",
    "incomplete": "Incomplete",
    "wordy": "Too long",
    "awkward": "Awkward",
    "off_topic": "Off topic",
}

HARMS = {
    "dangerous": "It encourages something dangerous",
    "hateful": "It is hateful or discriminates",
    "sexual": "It is sexually inappropriate",
    "private": "It contains personal data",
    "false": "It is harmful and false",
    "other": "Something else",
}

VERDICTS = {
    "a": "A is better",
    "b": "B is better",
    "tie": "Both are good",
    "both_bad": "Both fall short",
}

VOIDS = {
    "reply_failed": "The answers could not be completed. It was nothing you did, and no vote of yours is "
    "used up.",
    "citizen_left": "You were away for a while, so the answers were stopped. No vote of yours is used up.",
    "skipped": "You stopped without voting. No vote of yours is used up.",
    "restarted": "The server restarted while the answers were being written. We are sorry. "
    "No vote of yours is used up.",
    "round_closed": "The round closed before you voted.",
}

STAGES = {
    "answering": "Being answered",
    "open": "Waiting for your vote",
    "voted": "Voted",
    "void": "Ended without a vote",
}
