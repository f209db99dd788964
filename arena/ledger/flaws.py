"""What can be wrong with the record of a round, and what a verifier says of it, in Korean and English."""

from arena.ledger.checks import AnyFlaw, Check


class Flaw(AnyFlaw):
    """What can be wrong with the record of a round."""

    # Entries
    BROKEN_LINE = (Check.ENTRIES, "기록의 줄이 바르지 않습니다: {0}.", "this line is no entry: {0}.")
    NUMBER = (Check.ENTRIES, "번호가 {0}이어야 하는데 {1}입니다.", "has the number {1} where {0} must stand.")
    KIND = (Check.ENTRIES, "모르는 종류의 기록입니다: {0}.", "is of an unknown type: {0}.")
    MINUTE = (Check.ENTRIES, "시각이 분 단위가 아닙니다.", "has a time that is not a whole minute.")
    BACKWARDS = (
        Check.ENTRIES,
        "시각이 앞의 기록보다 이릅니다.",
        "has a time before that of the entry above.",
    )
    NO_RECEIPT = (
        Check.ENTRIES,
        "투표에만 있어야 할 영수증 값이 잘못 있거나 없습니다.",
        "has a receipt and is no vote, or is a vote without one.",
    )
    GAVE_UP = (
        Check.ENTRIES,
        "잘못된 줄이 너무 많아 읽기를 멈췄습니다.",
        "has so many broken lines that reading stopped.",
    )
    EMPTY = (Check.ENTRIES, "기록이 비어 있습니다.", "holds no entry.")

    # Tree
    BROKEN_CHECKPOINT = (Check.TREE, "체크포인트를 읽을 수 없습니다: {0}.", "is no checkpoint: {0}.")
    DISORDER = (
        Check.TREE,
        "체크포인트의 크기가 커지지 않습니다.",
        "is not larger than the checkpoint above it.",
    )
    TOO_FAR = (
        Check.TREE,
        "체크포인트는 {0}건까지인데 기록은 {1}건입니다.",
        "covers {0} entries; the ledger has {1}.",
    )
    OTHER_ROOT = (
        Check.TREE,
        "처음 {0}건의 기록이 이 체크포인트의 것과 다릅니다.",
        "is not the checkpoint of the first {0} entries of this ledger.",
    )
    UNCOVERED = (
        Check.TREE,
        "기록 {0}건을 모두 담은 체크포인트가 없습니다(마지막은 {1}건).",
        "no checkpoint covers all {0} entries; the last covers {1}.",
    )
    LAST_DIFFERS = (
        Check.TREE,
        "checkpoints.jsonl의 마지막 체크포인트와 다릅니다.",
        "is not the last one of checkpoints.jsonl.",
    )

    # Signatures
    BROKEN_KEY = (Check.SIGNATURES, "서명 키를 읽을 수 없습니다: {0}.", "is no key of a log: {0}.")
    OTHER_KEYS = (
        Check.SIGNATURES,
        "기록에 적힌 서명 키와 다릅니다.",
        "does not hold the keys that the ledger names.",
    )
    CHAIN = (
        Check.SIGNATURES,
        "그때 쓰던 서명 키가 아닌 다른 키를 적었습니다.",
        "names another key than the one that was in force.",
    )
    ORIGIN = (Check.SIGNATURES, "다른 기록의 체크포인트입니다: {0}.", "is a checkpoint of another log: {0}.")
    UNSIGNED = (
        Check.SIGNATURES,
        "그때 쓰던 서명 키로 서명되지 않았습니다.",
        "is not signed by the key that was in force.",
    )
    BAD_SIGNATURE = (Check.SIGNATURES, "서명이 맞지 않습니다.", "has a signature that does not hold.")
    UNTRUSTED = (
        Check.SIGNATURES,
        "마지막 서명 키가 주신 키도, 주신 키가 이어 준 키도 아닙니다.",
        "the last key is none of those you gave, and none of those vouches for it.",
    )

    # Witnesses
    BROKEN_WITNESS = (
        Check.WITNESSES,
        "규칙의 증인 키를 읽을 수 없습니다: {0}.",
        "names a witness whose key is none: {0}.",
    )
    BAD_COSIGNATURE = (
        Check.WITNESSES,
        "증인의 서명이 맞지 않습니다: {0}.",
        "has a witness's signature that does not hold: {0}.",
    )
    QUORUM = (
        Check.WITNESSES,
        "마지막 체크포인트에 증인 서명이 {0}개 필요한데 {1}개뿐입니다.",
        "the last checkpoint needs {0} witnesses and has {1}.",
    )

    # Openings
    BROKEN_OPENING = (
        Check.OPENINGS,
        "공개 내용의 줄이 바르지 않습니다: {0}.",
        "this line is no opening: {0}.",
    )
    ORDER_OF_OPENINGS = (
        Check.OPENINGS,
        "번호가 커지지 않거나 그런 기록이 없습니다: {0}.",
        "is out of order, or opens an entry that is not there: {0}.",
    )
    OTHER_OPENING = (
        Check.OPENINGS,
        "기록 {0}번이 약속한 내용이 아닙니다.",
        "is not what entry {0} committed to.",
    )
    OTHER_RECEIPT = (
        Check.OPENINGS,
        "투표 {0}번의 영수증 값이 그 투표의 것이 아닙니다.",
        "the receipt of vote {0} is not that of its verdict.",
    )
    UNOPENED = (
        Check.OPENINGS,
        "기록 {0}번({1})의 내용이 있어야 하는데 없습니다.",
        "lacks the opening of entry {0} ({1}), which this folder must hold.",
    )

    # Rules
    BROKEN_RULES = (Check.RULES, "규칙 문서를 읽을 수 없습니다: {0}.", "cannot be read as rules: {0}.")
    OTHER_RULES = (Check.RULES, "규칙이 개시 전에 확정한 것과 다릅니다.", "is not what was frozen.")
    OTHER_ROSTER = (
        Check.RULES,
        "참가 명단이 개시 전에 확정한 것과 다릅니다.",
        "has not the roster that was frozen.",
    )
    NO_ROUND = (Check.RULES, "기록에 이 회차({0})가 없습니다.", "the ledger holds no round {0} with rules.")

    # Pairing
    OTHER_SECRET = (
        Check.PAIRING,
        "공개한 비밀값이 약속한 것과 다릅니다.",
        "reveals a secret that is not the one committed.",
    )
    OTHER_NONCES = (
        Check.PAIRING,
        "참가팀의 값이 약속한 것과 다릅니다.",
        "shows nonces that are not those committed.",
    )
    OTHER_BEACON = (
        Check.PAIRING,
        "추첨에 쓸 공개 난수가 규칙과 다르거나, 규칙대로 있거나 없지 않습니다.",
        "names another beacon than the rules, or has a value where they name none, or none where they do.",
    )
    OTHER_PEPPER = (
        Check.PAIRING,
        "지운 비밀값이 약속한 것과 다릅니다.",
        "destroys a pepper that is not the one committed.",
    )
    SKIPPED = (
        Check.PAIRING,
        "대결 번호가 {0}이어야 하는데 {1}입니다.",
        "is battle {1} of its track where {0} must follow.",
    )
    NOBODY = (Check.PAIRING, "명단에 없는 자리 배정입니다.", "has seats that the roster does not know.")
    OTHER_SEATS = (
        Check.PAIRING,
        "대결 {0}번의 자리가 추첨 결과와 다릅니다.",
        "battle {0} of its track has other seats than were drawn.",
    )

    # Votes
    ORDER = (Check.VOTES, "여기에 올 수 없는 기록입니다: {0}.", "cannot stand here: {0}.")
    OTHER_ROUND = (Check.VOTES, "다른 회차의 내용입니다: {0}.", "speaks of another round: {0}.")
    TWICE = (Check.VOTES, "같은 대결을 두 번 열었습니다.", "opens a battle a second time.")
    UNKNOWN_BATTLE = (Check.VOTES, "그런 대결이 없습니다.", "is of a battle that was not opened.")
    OVER = (Check.VOTES, "이미 끝난 대결입니다.", "is of a battle that was over.")
    TURN = (Check.VOTES, "답변의 차례가 맞지 않습니다.", "is not the next turn, or one too many.")
    NO_REPLIES = (Check.VOTES, "답변이 나오기 전의 투표입니다.", "is a vote before the replies.")
    OTHER_VOTER = (
        Check.VOTES,
        "대결을 연 사람의 것이 아닙니다.",
        "is not by the citizen who opened the battle.",
    )
    UNKNOWN_WORD = (Check.VOTES, "규칙에 없는 값입니다: {0}.", "holds what the rules do not know: {0}.")
    NTH = (
        Check.VOTES,
        "이 사람의 {0}번째 투표여야 하는데 {1}번째라고 적혔습니다.",
        "is her vote {0} and says {1}.",
    )
    CAP = (
        Check.VOTES,
        "한 사람이 던질 수 있는 {0}표를 넘었습니다.",
        "is beyond the {0} votes that a person has.",
    )
    CLOCK = (Check.VOTES, "투표 기간 밖의 시각입니다.", "is outside the time in which the round was open.")
    NO_VOTE = (Check.VOTES, "거둘 수 있는 투표가 아닙니다.", "withdraws what is no vote, or was withdrawn.")
    NO_ALARM = (
        Check.VOTES,
        "울릴 수 없는 카나리아 경보이거나, 같은 경보가 두 번 있습니다.",
        "is an alarm of canaries that its own numbers do not raise, or that was raised before.",
    )
    COUNTS = (
        Check.VOTES,
        "대결과 투표의 수가 기록에 있는 수({0}, {1})와 다릅니다.",
        "counts other numbers of battles and votes than {0} and {1}.",
    )

    # Exclusions
    NOT_DERIVED = (
        Check.EXCLUSIONS,
        "규칙 {0}에 해당하지 않는 표를 제외했습니다(기록 {1}번).",
        "excludes what rule {0} does not name (entry {1}).",
    )
    NOT_EXCLUDED = (
        Check.EXCLUSIONS,
        "규칙 {0}에 해당하는 표를 제외하지 않았습니다(기록 {1}번).",
        "does not exclude what rule {0} names (entry {1}).",
    )
    BAD_EXCLUSION = (Check.EXCLUSIONS, "그렇게 제외할 수 없습니다: {0}.", "is no exclusion that can be: {0}.")

    # Result
    EARLY_RESULT = (
        Check.RESULT,
        "약속하지 않은 결과를 공개했습니다.",
        "opens a result that was not committed before.",
    )
    RESULT_NUMBER = (Check.RESULT, "결과의 번호가 {0}이어야 합니다.", "must be result number {0}.")
