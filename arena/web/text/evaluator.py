"""The evaluator's console."""

KO = {
    "first": "회차 상태",
    "first_lead": "투표가 고르게 들어오는지, 문제가 없는지 봅니다.",
    "standings": "순위",
    "standings_lead": "평점과 그 불확실성을 봅니다.",
    "score": "점수",
    "score_lead": "사용자 평가 점수와 종합 점수를 봅니다.",
    "export": "내보내기",
    "export_lead": "결과와 기록을 파일로 내려받습니다.",
    "lifecycle": "회차 진행",
    "lifecycle_lead": "회차를 닫고, 결과를 확정하고, 공개합니다.",
    # 순위
    "making": "계산하고 있습니다. 표가 많으면 30초쯤 걸립니다. 이 화면은 저절로 바뀝니다.",
    "made_so_far": "시작한 지 {seconds:,}초, {percent}%쯤 되었습니다.",
    "work_lost": (
        "계산이 도중에 끊겼습니다. 표와 기록은 그대로 있습니다. [다시 계산하기](?again) "
        "(까닭은 운영자의 기록에 있습니다.)"
    ),
    "sealed": "순위는 결과를 확정할 때까지 봉인되어 있습니다. 그때까지는 평가자도 볼 수 없습니다.",
    "no_score": "아직 표가 적어 순위를 낼 수 없습니다. 모든 모델이 서로 견주어지면 보입니다.",
    "of_votes": (
        "점수에 쓴 표 {votes:,}표, 투표자 {voters:,}명, 제외한 표 {excluded:,}표. 대조 비교와 점수에 들지 "
        "않는 표는 세지 않았습니다. {when}에 계산했습니다."
    ),
    "not_weighted": "이 회차의 규칙에는 표본 가중이 없어, 가중하지 않은 값만 있습니다.",
    "as_file": "파일로 받기",
    "forest_title": "평점과 구간",
    "forest_reading": (
        "네모는 평점, 선은 95% 구간입니다. 선이 겹치는지로 차이를 판단하지 말고 가능한 순위를 보십시오."
    ),
    "ranks_title": "각 순위일 확률",
    "ranks_reading": "가로줄마다 한 팀이 각 순위일 확률(%)입니다. 진할수록 높습니다.",
    "pairs_title": "둘씩 견준 결과",
    "pairs_reading": (
        "가로줄의 팀이 세로줄의 팀을 이길 확률(%)입니다. 무승부는 반씩 나눕니다. 표에는 실제로 나온 "
        "승–무–패가 있습니다."
    ),
    "parts_title": "분야별 평점",
    "parts_reading": "표가 적은 분야는 전체 평점 쪽으로 필요한 만큼 당겨 계산합니다. ±는 95% 반폭입니다.",
    "no_parts": "분야별로 따로 말하기에는 표가 부족합니다.",
    "sensitivity_title": "다른 방법을 썼다면",
    "sensitivity_reading": (
        "점수는 고정한 규칙으로만 정해집니다. 다른 가정에서의 점수와 괄호 안의 순위를 견주어 보십시오."
    ),
    "goodness_title": "모형과 표가 맞는가",
    "goodness_reading": "p가 0.01보다 작으면 살펴볼 것으로 표시합니다. 잘못의 증거는 아닙니다.",
    "fragile": (
        "최하위 자리를 다른 팀과 같게 만들려면 표 {votes}표, 사람으로는 {voters}명이 달라져야 합니다. "
        "투표자는 모두 {all_voters:,}명입니다."
    ),
    "from_to": "{least:,}~{found:,}",
    "team": "팀",
    "rating": "평점",
    "interval": "95% 구간",
    "ranks": "가능한 순위",
    "p_last": "최하위일 확률",
    "votes": "표",
    "points": "점수({points}점)",
    "won_tied_lost": "승–무–패",
    "category": "분야",
    "assumption": "가정",
    "as_ruled": "규칙대로",
    "question": "물음",
    "finding": "판정",
    "alarm": "살펴볼 것",
    "no_alarm": "이상 없음",
    # 점수
    "users_title": "사용자 평가 점수",
    "users_reading": (
        "점수는 다른 참가 모델을 이길 확률의 평균에 만점을 곱한 값입니다. 규칙은 회차를 열기 전에 "
        "고정했습니다."
    ),
    "whole_title": "종합 점수",
    "whole_reading": (
        "벤치마크(40점)와 전문가(35점) 점수를 올리면 합계와 순위, 사용자 평가의 불확실성을 반영한 "
        "최하위 확률을 계산합니다."
    ),
    "no_whole": "아직 올린 점수가 없습니다. 위에서 양식을 받아 채운 뒤 올려 주세요.",
    "other_whole": "올린 점수가 지금의 참가 모델과 맞지 않습니다. 양식을 다시 받아 올려 주세요.",
    "rank": "순위",
    "total": "합계",
    "users": "사용자({points})",
    "benchmark": "벤치마크(40)",
    "expert": "전문가(35)",
    "sheet_title": "벤치마크·전문가 점수 올리기",
    "sheet_how": (
        "양식을 받아 채운 뒤 CSV나 XLSX로 올려 주세요. 틀린 곳이 있으면 줄 번호와 함께 모두 알려 "
        "드리고, 하나도 저장하지 않습니다."
    ),
    "sheet_template": "양식",
    "sheet_file": "채운 파일",
    "sheet_send": "올리기",
    "sheet_none": "먼저 파일을 골라 주세요.",
    "sheet_taken": (
        "점수를 받았습니다. 아래 종합 점수에 넣었고, 누가 언제 올렸는지는 지문과 함께 장부에 적었습니다."
    ),
    "sheet_wrong": "고칠 곳이 {count}곳 있습니다. 저장하지 않았습니다.",
    # 내보내기
    "export_public": "공개용 묶음",
    "export_public_about": "누구에게나 줄 수 있는 기록·결과·보고서입니다.",
    "export_auditors": "감사용 묶음",
    "export_auditors_about": "모든 비교와 표를 연 묶음입니다. 참가팀에게 주면 안 됩니다.",
    "export_make": "만들기",
    "export_fetch": "한 파일로 받기",
    "export_none": "아직 만들지 않았습니다.",
    "export_running": "만들고 있습니다. 다른 화면으로 가도 계속됩니다.",
    "export_ready": "다 만들었습니다.",
    "export_old": "만든 뒤에 표나 결과가 달라졌습니다. 다시 만들 수 있습니다.",
    "export_failed": "만들지 못했습니다. 잠시 뒤 다시 해 주세요. 운영자의 기록에 까닭이 있습니다.",
    "export_pieces": "파일 하나씩 받기",
    "export_progress": "진행",
    "files_title": "묶음에 든 파일",
    "files": (
        "| 파일 | 내용 |\n| --- | --- |\n| report.pdf, report.html | 결과 보고서: 물음, 방법, 결과, "
        "불확실성, 한계, 확인하는 방법 |\n| scores.xlsx, scores.csv | 점수표. scores.xlsx에는 방법 "
        "시트가 있습니다 |\n| votes.csv, votes.parquet | 점수에 쓴 표 |\n| standings.json | 모든 숫자 "
        "|\n| forest·ranks·pairs (svg, png) | 그림 |\n| ledger.jsonl, openings.jsonl, "
        "checkpoints.jsonl … | 누구나 확인할 수 있는 기록 |\n| manifest.json | 모든 파일의 지문과 "
        "확인 명령 |"
    ),
    "files_openings.auditors": "공개용 묶음에는 투표자와 시각, 비교의 내용이 들어 있지 않습니다.",
    "files_openings.public": "이 회차는 비교와 표를 모두에게 열어, 공개용 묶음에도 가명이 있습니다.",
    "files_auditor": "감사용 묶음에는 votes_excluded.csv와 blindness.json이 더 있습니다.",
    # 진행
    "phase": "지금",
    "phase.new": "만들어짐",
    "phase.frozen": "규칙 고정",
    "phase.open": "진행 중",
    "phase.closed": "닫힘",
    "phase.committed": "결과 확정 (공개 전)",
    "phase.published": "결과 공개",
    "phase.forgotten": "가명 열쇠 파기",
    "next": "다음 단계",
    "closes": "닫는 때",
    "excluded": "제외한 표",
    "removed": "빠진 모델",
    "result": "결과 제{number}호의 지문",
    "step.close": "회차 닫기",
    "step.commit-result": "결과 확정",
    "step.publish": "결과 공개",
    "does.close": (
        "답을 기다리던 비교는 무효가 되고, 표를 더 받지 않으며, 제비의 비밀값을 공개합니다. **되돌릴 "
        "수 없습니다.**"
    ),
    "does.commit-result": (
        "규칙대로 표를 제외하고 결과를 계산해 그 지문을 장부에 적습니다. 그 뒤로는 표를 거둘 수 "
        "없고, 평가자가 순위를 볼 수 있습니다. **되돌릴 수 없습니다.**"
    ),
    "does.publish": "확정한 결과와 순위를 모두에게 공개합니다. **되돌릴 수 없습니다.**",
    "after.close": "이제 결과를 확정할 수 있습니다.",
    "after.commit-result": (
        "이제 [순위](/ko/evaluator/standings)와 [점수](/ko/evaluator/score)를 볼 수 있습니다. 살펴본 뒤 "
        "결과를 공개하십시오."
    ),
    "after.publish": (
        "이제 누구나 결과를 봅니다. 나누어 줄 파일은 [내보내기](/ko/evaluator/export)에서 만드십시오."
    ),
    "lead_ask": "다음 단계 살펴보기",
    "lead_code": "확인 번호",
    "lead_take": "이 단계 진행",
    "lead_will": (
        "**{step}**: {does}\n\n진행하려면 확인 번호 **{code}** 를 아래에 적고 '이 단계 진행'을 "
        "누르십시오. 그 사이에 기록이 움직이면 번호가 바뀝니다. 누가 진행했는지는 장부에 남습니다."
    ),
    "lead_done": "**{step}**: 마쳤습니다.",
    "lead_stale": (
        "확인 번호가 맞지 않습니다. 그 사이에 기록이 움직였거나 다른 평가자가 먼저 진행했을 수 있습니다."
    ),
    "lead_not_now": "**{step}**: 지금은 할 수 없습니다. 닫는 때 전이거나, 다른 평가자가 먼저 진행했습니다.",
    "lead_none": "평가자가 할 다음 단계가 없습니다.",
}

EN = {
    "first": "Health of the round",
    "first_lead": "Whether votes come in evenly, and what needs attention.",
    "standings": "Standings",
    "standings_lead": "Ratings and how sure they are.",
    "score": "Score",
    "score_lead": "The user-evaluation score and the composite.",
    "export": "Export",
    "export_lead": "Download results and record as files.",
    "lifecycle": "Lead the round",
    "lifecycle_lead": "Close the round, commit to the result, publish it.",
    # Standings
    "making": "Being computed: with many votes this takes about 30 seconds. This page changes by itself.",
    "made_so_far": "Begun {seconds:,} seconds ago; about {percent} % is done.",
    "work_lost": (
        "The computation was cut off; the votes and the record are as they were. [Try again](?again) "
        "(the operator's log says why)."
    ),
    "sealed": "The standings are sealed until the result is committed, to evaluators too.",
    "no_score": "There are too few votes for standings yet. They appear when all models have been compared.",
    "of_votes": (
        "{votes:,} votes of {voters:,} voters in the score, {excluded:,} excluded; controls and votes "
        "that never score are in neither. Computed {when}."
    ),
    "not_weighted": "The rules of this round weight no voters, so there are only unweighted figures.",
    "as_file": "as a file",
    "forest_title": "Ratings and their intervals",
    "forest_reading": (
        "The square is the rating, the line its 95% interval. Judge by possible ranks, not by "
        "whether lines overlap."
    ),
    "ranks_title": "Chance of each rank",
    "ranks_reading": "Each line holds the chances (%) of one team to have each rank; darker is likelier.",
    "pairs_title": "Pair by pair",
    "pairs_reading": (
        "The chance (%) that the row beats the column, ties shared. The table has the votes: won–tied–lost."
    ),
    "parts_title": "Ratings by category",
    "parts_reading": (
        "Categories with few votes are drawn towards the ratings of all as far as needed. ± is half "
        "of the 95% interval."
    ),
    "no_parts": "There are too few votes to say anything by category.",
    "sensitivity_title": "Under other assumptions",
    "sensitivity_reading": (
        "The frozen rules alone make the score. Compare points, and places in brackets, under other "
        "assumptions."
    ),
    "goodness_title": "Does the model fit the votes?",
    "goodness_reading": "A p below 0.01 is marked: a reason to look, no proof of anything wrong.",
    "fragile": (
        "To bring another level with the last place, {votes} votes or {voters} voters would have to change, "
        "of {all_voters:,} voters."
    ),
    "from_to": "{least:,} to {found:,}",
    "team": "Team",
    "rating": "Rating",
    "interval": "95% interval",
    "ranks": "Possible ranks",
    "p_last": "P(last)",
    "votes": "Votes",
    "points": "Points of {points}",
    "won_tied_lost": "Won–tied–lost",
    "category": "Category",
    "assumption": "Assumption",
    "as_ruled": "As the rules say",
    "question": "Question",
    "finding": "Finding",
    "alarm": "look at it",
    "no_alarm": "nothing found",
    # Score
    "users_title": "User-evaluation score",
    "users_reading": (
        "Points are the mean chance to beat the other contestants times the maximum, by a rule "
        "frozen before the round."
    ),
    "whole_title": "Composite",
    "whole_reading": (
        "With benchmark (40) and expert (35) scores: totals, ranks, and the chance to be last with "
        "the users' uncertainty carried through."
    ),
    "no_whole": "No scores have been handed in yet. Download the template above, fill it in and upload it.",
    "other_whole": (
        "The scores that were handed in are not of the present contestants. Please upload a new sheet."
    ),
    "rank": "Rank",
    "total": "Total",
    "users": "Users ({points})",
    "benchmark": "Benchmark (40)",
    "expert": "Experts (35)",
    "sheet_title": "Upload benchmark and expert scores",
    "sheet_how": (
        "Download the template, fill it in, and upload it as CSV or XLSX. All mistakes are shown "
        "with their lines, and nothing is kept if there is one."
    ),
    "sheet_template": "Template",
    "sheet_file": "Filled file",
    "sheet_send": "Upload",
    "sheet_none": "Please pick a file first.",
    "sheet_taken": (
        "The scores were taken and are in the composite below. Who uploaded them, and their hash, are on "
        "the record."
    ),
    "sheet_wrong": "Mistakes: {count}. Nothing was kept.",
    # Export
    "export_public": "Public bundle",
    "export_public_about": "Record, results and report for anyone.",
    "export_auditors": "Auditors' bundle",
    "export_auditors_about": "Every comparison and vote opened. It must not be given to teams.",
    "export_make": "Make",
    "export_fetch": "Download as one file",
    "export_none": "Not made yet.",
    "export_running": "Being made. It goes on when you leave this page.",
    "export_ready": "Ready.",
    "export_old": "Votes or results have changed since it was made. It can be made anew.",
    "export_failed": "It could not be made. Please try again in a moment; the operator's log says why.",
    "export_pieces": "Download single files",
    "export_progress": "Progress",
    "files_title": "What is in a bundle",
    "files": (
        "| File | Content |\n| --- | --- |\n| report.pdf, report.html | the report (Korean): question, "
        "method, result, uncertainty, limits, how to check |\n| scores.xlsx, scores.csv | the score "
        "sheet; scores.xlsx has a sheet on methods |\n| votes.csv, votes.parquet | the votes in the "
        "score |\n| standings.json | every figure |\n| forest, ranks, pairs (svg, png) | charts |\n| "
        "ledger.jsonl, openings.jsonl, checkpoints.jsonl … | the record that anyone can check |\n| "
        "manifest.json | hashes of all files, and the command that checks |"
    ),
    "files_openings.auditors": "The public bundle holds no voters, no times, and no single comparison.",
    "files_openings.public": "The rules open comparisons to all: the public bundle has pseudonyms too.",
    "files_auditor": "The auditors' bundle has votes_excluded.csv and blindness.json too.",
    # Leading
    "phase": "Now",
    "phase.new": "made",
    "phase.frozen": "rules frozen",
    "phase.open": "open",
    "phase.closed": "closed",
    "phase.committed": "result committed (not public)",
    "phase.published": "result public",
    "phase.forgotten": "pseudonyms' key destroyed",
    "next": "Next step",
    "closes": "Closing time",
    "excluded": "Excluded votes",
    "removed": "Removed models",
    "result": "Commitment to result {number}",
    "step.close": "Close the round",
    "step.commit-result": "Commit to the result",
    "step.publish": "Publish the result",
    "does.close": (
        "waiting comparisons are void, no vote is taken any more, and the secret of the drawing is "
        "revealed. **It cannot be undone.**"
    ),
    "does.commit-result": (
        "votes are excluded by the rules, the result is computed, and its hash goes on the record. "
        "From then on no vote can be withdrawn, and evaluators can read the standings. **It cannot "
        "be undone.**"
    ),
    "does.publish": "the committed result and the standings are open to everyone. **It cannot be undone.**",
    "after.close": "The result can be committed to now.",
    "after.commit-result": (
        "[Standings](/en/evaluator/standings) and [score](/en/evaluator/score) can be read now. Look at "
        "them, then publish the result."
    ),
    "after.publish": (
        "Everybody sees the result now. Files to hand out are made at [Export](/en/evaluator/export)."
    ),
    "lead_ask": "Look at the next step",
    "lead_code": "Confirmation code",
    "lead_take": "Take this step",
    "lead_will": (
        "**{step}**: {does}\n\nTo go on, type the code **{code}** below and press “Take this step”. If "
        "the record moves meanwhile the code changes. Who took the step is on the record."
    ),
    "lead_done": "**{step}**: done.",
    "lead_stale": "The code does not fit: the record has moved, or another evaluator went first.",
    "lead_not_now": "**{step}**: not now. It is before the closing time, or another evaluator went first.",
    "lead_none": "There is no next step for evaluators.",
}
