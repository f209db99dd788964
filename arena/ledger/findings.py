"""What a verifier has found: flaws with their places, and what it did not check."""

from dataclasses import dataclass
from enum import Enum

from arena.ledger.checks import AnyFlaw, Check, Words, short


class Notice(Enum):
    """What was not checked: the checks that stay open, what is said, the checks that were made in part."""

    FOLDERS_KEYS = (
        (),
        "서명 키를 주지 않아 폴더 안의 키를 믿었습니다. 따로 받은 키를 --key로 주면 서명자도 확인됩니다.",
        "no key was given, so the folder's own were trusted; --key with one from elsewhere tells who signed.",
    )
    PUBLIC_FOLDER = (
        (Check.PAIRING, Check.VOTES, Check.EXCLUSIONS),
        "일반 공개용 폴더라 자리 추첨, 투표 하나하나, 제외, 기록과 votes.csv의 연결은 확인하지 못했습니다.",
        "a folder for everyone: seats, single votes, exclusions and whose votes these are were not checked.",
    )
    COUNTS_ONLY = (
        (),
        "누가 던진 표인지 모르므로 제외 전 결과는 확인하지 못했고, 오차와 순위는 가능한지만 보았습니다.",
        "without voters, the result as cast was not checked, intervals and ranks only for what cannot be.",
        (Check.SCORES,),
    )
    UNCOMMITTED = (
        (),
        "rank_low, rank_high, p_last, draws, effective_voters는 확정된 파일 어디에도 없습니다.",
        "rank_low, rank_high, p_last, draws and effective_voters are in no committed file.",
    )
    TOO_FEW_VOTERS = (
        (Check.SCORES,),
        "투표자가 적어 점수를 내지 않았다고 적혀 있습니다. 누가 던졌는지 모르므로 확인하지 못했습니다.",
        "it says that voters were too few for scores; without voters that was not checked.",
    )
    ROUND_OPEN = (
        (),
        "회차가 아직 끝나지 않았습니다. 지금까지의 기록만 확인했습니다.",
        "the round is still open; what is there so far was checked.",
    )
    SEED_SEALED = (
        (Check.PAIRING,),
        "추첨 비밀값이 아직 공개되지 않아 자리 추첨을 확인하지 못했습니다.",
        "the secret of the drawing is not revealed yet, so seats were not checked.",
    )
    NO_BEACON = (
        (),
        "규칙이 공개 난수를 정하지 않아, 추첨 비밀값은 운영자(와 참가팀이 낸 값)만으로 만들었습니다.",
        "the rules name no beacon: the seed was made by the operator (and the teams' nonces) alone.",
    )
    BEACON_TOLD = (
        (),
        "공개 난수의 값이 출처의 실제 값인지는 확인하지 않습니다. 직접 견주어 보세요: {0} = {1}",
        "whether the beacon's value is its source's true one is not checked; compare it yourself: {0} = {1}",
    )
    NO_RESULT_YET = (
        (Check.RESULT,),
        "확정된 결과가 아직 없습니다.",
        "no result has been committed yet.",
    )
    RESULT_SEALED = (
        (Check.RESULT,),
        "결과가 확정되었지만 아직 공개되지 않았습니다.",
        "a result was committed and is not opened yet.",
    )
    RULES_UNUSED = (
        (
            Check.WITNESSES,
            Check.PAIRING,
            Check.VOTES,
            Check.EXCLUSIONS,
            Check.SCORES,
        ),
        "확정된 규칙이 없어 규칙에 기대는 것은 확인하지 못했습니다.",
        "without the frozen rules nothing that rests on them was checked.",
    )
    OPENINGS_UNUSED = (
        (Check.PAIRING, Check.VOTES, Check.EXCLUSIONS, Check.SCORES),
        "내용이 빠지거나 바뀐 기록이 있어 그 뒤의 것은 확인하지 못했습니다.",
        "openings are missing or changed, so what rests on them was not checked.",
    )
    VOTES_UNUSED = (
        (Check.SCORES,),
        "있을 수 없는 투표가 있어 점수는 확인하지 않았습니다.",
        "there are votes that cannot be, so scores were not checked.",
    )
    KEYS_UNUSED = (
        (Check.SIGNATURES,),
        "서명 키를 알 수 없어 서명을 확인하지 못했습니다.",
        "the keys are not known, so signatures were not checked.",
    )
    NO_WITNESSES = (
        (),
        "규칙이 증인을 요구하지 않습니다.",
        "the rules ask for no witness.",
    )
    DECISIONS = (
        (),
        "사람이 정해 제외한 표가 있습니다. 이유가 적혀 있지만 규칙에서 다시 이끌어 낼 수는 없습니다.",
        "votes were excluded by decision; the reasons are recorded and cannot be derived again.",
    )
    ALARMS = (
        (),
        "참가 모델이 시작할 때와 다르게 답한다는 경보가 {0}건 있습니다({1}). 기록의 흠은 아닙니다.",
        "alarms that a model no longer answered as at first: {0} ({1}). This is no fault of the record.",
    )
    ALARMS_SEALED = (
        (),
        "참가 모델이 시작할 때와 다르게 답한다는 경보가 {0}건 있습니다. 어느 모델인지는 이 폴더에 없습니다.",
        "alarms that a model no longer answered as at first: {0}. This folder does not tell which model.",
    )
    OTHER_ROUNDS = (
        (),
        "기록에 다른 회차도 있습니다. 그 내용은 이 폴더로 확인하지 못합니다.",
        "the ledger holds other rounds too; what they say is not checked with this folder.",
    )
    EARLIER_RESULTS = (
        (),
        "앞서 확정한 결과는 약속과 맞는지만 확인했습니다.",
        "of earlier results only the commitment was checked.",
    )
    STAMPS = (
        (),
        "외부 기관의 시점 확인(.tsr)은 여기서 확인하지 않습니다. `openssl ts -verify`로 확인할 수 있습니다.",
        "time stamps of an outside authority (.tsr) are not checked here; `openssl ts -verify` checks them.",
    )
    BLINDNESS = (
        (),
        "blindness.json은 장부에 없는 답변과 추측으로 만든 보고서라서 확인하지 못했습니다.",
        "blindness.json reports on texts and guesses that are not on the record; it was not checked.",
    )
    SHOWN = (
        (),
        "표와 점수를 읽기 쉽게 옮긴 파일은 목록의 지문과 맞는지만 확인했습니다: {0}.",
        "files that show votes and scores for people were compared with the manifest only: {0}.",
    )
    REMOVED_UNKNOWN = (
        (Check.SCORES,),
        "결과가 공개되지 않아 뺀 참가팀을 알 수 없으므로 점수는 확인하지 못했습니다.",
        "the result is not opened, so contestants that were removed are not known and scores not checked.",
    )

    def __init__(
        self, open_checks: tuple[Check, ...], ko: str, en: str, partial_checks: tuple[Check, ...] = ()
    ) -> None:
        self.open_checks = open_checks
        self.partial_checks = partial_checks
        self.words = Words(ko, en)


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw and where it is: a file of the folder, and a line from 1 (0 for the file as a whole)."""

    flaw: AnyFlaw
    file: str
    line: int
    details: tuple[object, ...]

    @property
    def check(self) -> Check:
        """The check that it fails."""
        return self.flaw.check

    def said(self, language: str) -> str:
        """Say it in "ko" or "en", with file and line."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{short(where)}: {self.flaw.words.said(language, *self.details)}"


class Findings:
    """What a verifier has found so far; of each check only the first few are kept, all are counted."""

    KEPT = 20

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.counts: dict[Check, int] = {}
        self.notices: dict[Notice, tuple[object, ...]] = {}

    def found(self, flaw: AnyFlaw, file: str, line: int = 0, *details: object) -> None:
        """Note a flaw."""
        self.counts[flaw.check] = self.counts.get(flaw.check, 0) + 1
        if self.counts[flaw.check] <= self.KEPT:
            self.kept.append(Finding(flaw, file, line, details))

    def note(self, notice: Notice, *details: object) -> None:
        """Note what is not checked."""
        self.notices[notice] = details

    def fails(self, check: Check) -> bool:
        """Tell whether a check has failed."""
        return check in self.counts

    def is_open(self, check: Check) -> bool:
        """Tell whether a check has not failed and was not made."""
        return not self.fails(check) and any(check in notice.open_checks for notice in self.notices)

    def is_partial(self, check: Check) -> bool:
        """Tell whether a check has not failed and was made in part."""
        return (
            not self.fails(check)
            and not self.is_open(check)
            and any(check in notice.partial_checks for notice in self.notices)
        )

    @property
    def exit_code(self) -> int:
        """The number of the first check that fails, 0 if none does."""
        return int(min(self.counts, default=0))
