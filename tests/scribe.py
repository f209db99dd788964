"""A whole round written by the letter of docs/record.md, with none of the arena's ledger code.

What it writes is honest, and the same for the same seed; tests and benchmarks change it afterwards.
Scores alone come from the arena, as there is one way to compute them.
"""

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arena.contest.contest import Contest
from arena.contest.outcomes import Ballot, Cell
from arena.contest.pairing import seats
from arena.contest.rules import Track, Verdict
from arena.ledger.frozen import contest_document, roster_document
from arena.reporting.result import result_document
from arena.reporting.votes_table import WINNERS, excluded_csv, votes_csv

ORIGIN = "arena.example/log"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MANY = 1000
"""Of more voters one is drawn without looking at all of them."""

TO_ALL = {
    "RoundOpened",
    "RulesFrozen",
    "RosterFrozen",
    "SeedCommitted",
    "BeaconDrawn",
    "RoundClosed",
    "ResultCommitted",
    "ResultOpened",
    "KeyRotated",
    "PepperDestroyed",
}


def jcs(value) -> bytes:
    """Canonical bytes of what a test has made."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(content: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(content).hexdigest()


def secret_commitment(name: str, secret: bytes) -> str:
    """What stands for a secret until it is revealed."""
    return sha(b"arena " + name.encode() + b"\x00" + secret)


class Key:
    """An Ed25519 key of a log (type 1) or a witness (type 4)."""

    def __init__(self, name: str, seed: bytes, kind: int = 1) -> None:
        self.name, self.kind = name, kind
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest())
        public = self._private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"

    def sign(self, text: str) -> str:
        """A signature line of a log."""
        return self._line(self._private.sign(text.encode()))

    def cosign(self, text: str, time: int) -> str:
        """A signature line of a witness."""
        signed = self._private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return self._line(time.to_bytes(8, "big") + signed)

    def _line(self, signature: bytes) -> str:
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"


LOG = Key(ORIGIN, b"log")
NEXT_LOG = Key(ORIGIN, b"next log")
WITNESS = Key("witness.example/w1", b"witness", 4)


@dataclass(slots=True)
class Written:
    """An entry and its opening."""

    kind: str
    time: int
    payload: dict
    salt: bytes

    def receipt(self) -> str | None:
        """What a VoteCast shows of its verdict."""
        if self.kind != "VoteCast":
            return None
        salt = bytes.fromhex(self.payload["receipt_salt"])
        return sha(salt + jcs({"verdict": self.payload["verdict"]}))

    def line(self, seq: int) -> bytes:
        """The public line."""
        shown = {
            "commit": sha(self.salt + jcs(self.payload)),
            "seq": seq,
            "time": self.time,
            "type": self.kind,
        }
        receipt = self.receipt()
        return jcs(shown if receipt is None else {**shown, "receipt": receipt})

    def opening(self, seq: int) -> bytes:
        """The opening."""
        return jcs({"payload": self.payload, "salt": self.salt.hex(), "seq": seq})


@dataclass(slots=True)
class Plan:
    """What happens in a round that the scribe makes up."""

    battles: int = 40
    voters: int = 8
    seed: int = 1
    rotate_at: int | None = None
    overlap: int = 3600
    withdrawals: int = 1
    late_withdrawals: int = 0
    voids: float = 0.05
    ask_on: float = 0.2
    pace: int = 60
    hasty: bool = False
    close: bool = True
    results: int = 1
    publish: bool = True
    removed: str = ""
    pepper: bool = False
    every: int = 25
    alarms: int = 0
    keeps: int = 0
    acts: int = 0
    early_acts: bool = False
    nonces: int = 6


@dataclass(slots=True)
class Told:
    """A round as it was written: entries, checkpoints, and the results that were committed."""

    contest: Contest
    entries: list[Written] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    results: list[tuple[bytes, bytes]] = field(default_factory=list)

    def lines(self) -> list[bytes]:
        """The public lines."""
        return [entry.line(seq) for seq, entry in enumerate(self.entries)]


class Scribe:
    """Makes up what people do, and writes it down."""

    def __init__(self, contest: Contest, plan: Plan, before: "Told | None" = None) -> None:
        self.contest, self.plan = contest, plan
        self.random = Random(plan.seed)
        self.told = Told(contest)
        if before:
            self.told.entries, self.told.sizes = list(before.entries), list(before.sizes)
        self.start = int(contest.rules.opens.timestamp())
        self.end = int(contest.rules.closes.timestamp())
        self.secret, self.pepper = self.random.randbytes(32), self.random.randbytes(32)
        given = {one: self.random.randbytes(32) for one in contest.roster.ids}
        self.nonces = dict(list(given.items())[: plan.nonces])
        self.beacon = "2.718281828" if contest.rules.beacon else ""
        self.cast: dict[str, tuple[int, Ballot]] = {}
        self.withdrawn: set[int] = set()
        self.excluded: dict[int, str] = {}
        self.gone: list[str] = []

    def append(self, kind: str, time: float, payload: dict, salt: bytes = b"") -> int:
        """Write an entry; times never run backwards."""
        entries = self.told.entries
        last = entries[-1].time if entries else 0
        salt = salt or self.random.randbytes(16)
        entries.append(Written(kind, max(last, int(time) // 60 * 60), payload, salt))
        if len(entries) % self.plan.every == 0:
            self.told.sizes.append(len(entries))
        return len(entries) - 1

    def tell(self) -> Told:
        """Write the round from its opening as far as the plan goes."""
        self._freeze()
        for time, _, happen in sorted(self._happenings(), key=lambda one: one[:2]):
            happen(time)
        if self.plan.close:
            self._close()
        if not self.told.sizes or self.told.sizes[-1] != len(self.told.entries):
            self.told.sizes.append(len(self.told.entries))
        return self.told

    @property
    def round(self) -> str:
        """The round's id."""
        return self.contest.rules.round_id

    def _freeze(self) -> None:
        before, roster = self.start - 7200, jcs(roster_document(self.contest.roster))
        log = NEXT_LOG if any(one.kind == "KeyRotated" for one in self.told.entries) else LOG
        pepper = secret_commitment("pepper", self.pepper)
        if self.plan.early_acts:
            self._act_of(self.plan.acts)(before - 600)
        self.append("RoundOpened", before, {"log": log.vkey, "pepper": pepper, "round": self.round})
        rules = {"hash": sha(jcs(contest_document(self.contest))), "round": self.round}
        self.append("RulesFrozen", before, rules)
        self.append("RosterFrozen", before, {"hash": sha(roster), "round": self.round})
        sealed = {one: secret_commitment("nonce", nonce) for one, nonce in self.nonces.items()}
        self.append(
            "SeedCommitted",
            before,
            {
                "beacon": self.contest.rules.beacon,
                "nonces": sealed,
                "round": self.round,
                "secret": secret_commitment("seed", self.secret),
            },
        )
        if self.plan.early_acts:
            self._act_of(self.plan.acts + 1)(before + 600)
        drawn = {one: nonce.hex() for one, nonce in self.nonces.items()}
        self.append(
            "BeaconDrawn", before + 3600, {"beacon": self.beacon, "nonces": drawn, "round": self.round}
        )

    @property
    def seed_of_pairs(self) -> bytes:
        """What seats are drawn with."""
        drawn = {one: nonce.hex() for one, nonce in self.nonces.items()}
        made = {"beacon": self.beacon, "nonces": drawn, "secret": self.secret.hex()}
        return hashlib.sha256(jcs(made)).digest()

    def _happenings(self) -> Iterator[tuple[float, int, Callable[[float], None]]]:
        self.voters = ["".join(self.random.choices(ALPHABET, k=26)) for _ in range(self.plan.voters)]
        self.tracks = {voter: self.random.choice(self.contest.rules.tracks) for voter in self.voters}
        self.strengths = {one: self.random.gauss(0, 0.7) for one in self.contest.roster.ids}
        self.numbers: dict[Track, int] = defaultdict(int)
        self.nth: dict[str, int] = defaultdict(int)
        begun: dict[str, int] = defaultdict(int)
        time, order = float(self.start), 0
        for number in range(self.plan.battles):
            voter = self._next_voter(begun, number)
            if voter is None:
                return
            begun[voter] += 1
            hurry = self.plan.hasty and number % 10 < 5 and number >= 10
            time += 2 if hurry else self.random.uniform(0, 2 * self.plan.pace)
            for step, (after, happen) in enumerate(self._battle(voter, number, hurry=hurry)):
                yield time + after, order + step, happen
            order += 100
            if number == self.plan.rotate_at:
                yield time, order - 1, self._rotate
        for place in range(self.plan.withdrawals):
            yield min(time + 3600, self.end - 1), order + place, self._withdraw
        for look in range(1, self.plan.alarms + 1):
            yield self.start + 600 * look, order + self.plan.withdrawals + look, self._alarm_of(look)
        for nth in range(self.plan.keeps):
            yield self.start + 300 + 1000 * nth, order + 300 + nth, self._kept(nth)
        for act in range(1, self.plan.acts):
            yield self.start + 900 * act, order + 200 + act, self._act_of(act)

    def _next_voter(self, begun: dict[str, int], number: int) -> str | None:
        cap = self.contest.rules.votes_per_person
        if self.plan.hasty and number >= 10 and number % 10 < 5 and begun[self.voters[1]] < cap:
            return self.voters[1]
        drawn = self.random.choice(self.voters) if len(self.voters) > MANY else ""
        if drawn and begun[drawn] < cap:
            return drawn
        free = [voter for voter in self.voters if begun[voter] < cap]
        return self.random.choice(free) if free else None

    def _battle(
        self, voter: str, number: int, *, hurry: bool
    ) -> Iterator[tuple[float, Callable[[float], None]]]:
        battle = f"battle-{sha(str((self.plan.seed, number)).encode())[:20]}"
        track, turns = self.tracks[voter], 1 + (self.random.random() < self.plan.ask_on)
        turns = min(turns, self.contest.rules.max_turns)
        void, late = self.random.random() < self.plan.voids, 0.0
        yield 0, lambda time: self._open(time, battle, voter, track)
        for turn in range(1, turns + 1):
            if void and turn == turns:
                yield late + 1, lambda time: self._void(time, battle, turns)
                return
            late += 1 if hurry else self.random.uniform(2, 20)
            yield late, lambda time, turn=turn: self._reply(time, battle, turn)
        late += 0.5 if hurry else self.random.uniform(1, 60)
        yield late, lambda time: self._vote(time, battle, turns)

    def _open(self, time: float, battle: str, voter: str, track: Track) -> None:
        self.numbers[track] += 1
        drawn = seats(
            self.seed_of_pairs,
            track,
            self.numbers[track],
            self.contest.entered(track),
            self.contest.rules.controls,
            self.contest.references(track),
        )
        payload = {
            "battle": battle,
            "category": self.random.choice(self.contest.rules.categories),
            "language": self.random.choice(["ko", "en"]),
            "number": self.numbers[track],
            "prompt": sha(self.random.randbytes(8)),
            "round": self.round,
            "seats": {side.value: one for side, one in drawn.items()},
            "track": track.value,
            "voter": voter,
        }
        self.opened = getattr(self, "opened", {})
        self.opened[battle] = payload
        self.append("BattleOpened", time, payload)

    def _reply(self, time: float, battle: str, turn: int) -> None:
        prompt = self.opened[battle]["prompt"] if turn == 1 else sha(self.random.randbytes(8))
        replies = {side: sha(self.random.randbytes(8)) for side in "ab"}
        self.append(
            "RepliesCommitted", time, {"battle": battle, "prompt": prompt, "replies": replies, "turn": turn}
        )

    def _void(self, time: float, battle: str, turn: int) -> None:
        failed = {"battle": battle, "fault": "stalled", "reason": "reply_failed", "side": "b", "turn": turn}
        self.append("BattleVoided", time, failed)

    def _vote(self, time: float, battle: str, turns: int) -> None:
        opened = self.opened[battle]
        voter, sides = opened["voter"], opened["seats"]
        self.nth[voter] += 1
        verdict = self._verdict(voter, sides)
        payload = {
            "battle": battle,
            "nth": self.nth[voter],
            "receipt_salt": self.random.randbytes(16).hex(),
            "round": self.round,
            "track": opened["track"],
            "verdict": verdict,
            "voter": voter,
        }
        seq = self.append("VoteCast", time, payload)
        self.cast[battle] = (
            seq,
            Ballot(
                side_a=sides["a"],
                side_b=sides["b"],
                verdict=Verdict(verdict),
                voter=voter,
                turns=turns,
                category=opened["category"],
                language=opened["language"],
                track=opened["track"],
                cast_at=self.told.entries[seq].time,
            ),
        )

    def _verdict(self, voter: str, sides: dict[str, str]) -> str:
        if voter == self.voters[0] and self.plan.hasty:
            return "a"  # she says the same whatever she sees
        allowed = {verdict.value for verdict in self.contest.rules.verdicts}
        tied = {"tie", "both_bad"} & allowed
        if tied and self.random.random() < 0.25:
            return self.random.choice(sorted(tied))
        gap = self.strengths[sides["a"]] - self.strengths[sides["b"]]
        return "a" if self.random.random() < 1 / (1 + 2.718**-gap) else "b"

    def _withdraw(self, time: float) -> None:
        left = [battle for battle, (seq, _) in self.cast.items() if seq not in self.withdrawn]
        if left:
            battle = self.random.choice(left)
            seq, ballot = self.cast[battle]
            self.withdrawn.add(seq)
            payload = {"battle": battle, "round": self.round, "voter": ballot.voter, "vote": seq}
            self.append("VoteWithdrawn", time, payload)

    def _alarm_of(self, look: int) -> Callable[[float], None]:
        """An alarm; its salt is no matter of chance, so that a round is the same with and without it."""
        alarmed = {
            "contestant": self.contest.roster.ids[look % len(self.contest.roster.ids)],
            "endpoint": 1,
            "kept": sha(b"kept"),
            "level": 10_000_000,
            "look": look,
            "p": 5_000_000,
            "replies": sha(str(look).encode()),
            "round": self.round,
            "sizes": {"kept": 160, "replies": 80},
        }
        salt = hashlib.sha256(f"alarm {look}".encode()).digest()[:16]
        return lambda time: self.append("CanaryAlarmed", time, alarmed, salt)

    def _kept(self, nth: int) -> Callable[[float], None]:
        """What was kept of every contestant's replies; as of an alarm, its salt is no matter of chance."""
        hashes = {
            one: sha(b"kept" if nth == 0 else f"{one} {nth}".encode()) for one in self.contest.roster.ids
        }
        kept = {"kept": hashes, "level": 10_000_000, "looks": 200, "round": self.round}
        salt = hashlib.sha256(f"kept {nth}".encode()).digest()[:16]
        return lambda time: self.append("CanariesKept", time, kept, salt)

    def _act_of(self, nth: int) -> Callable[[float], None]:
        """What staff did; as of an alarm, its salt is no matter of chance."""
        audited = {
            "account": ALPHABET[nth % len(ALPHABET)] * 26 if nth else "",
            "act": "write_notice",
            "after": {"number": nth, "text": "점검이 있습니다."},
            "before": {},
            "role": "operator" if nth else "command line",
            "round": self.round if nth % 2 else "another-round",
        }
        salt = hashlib.sha256(f"act {nth}".encode()).digest()[:16]
        return lambda time: self.append("Audited", time, audited, salt)

    def _rotate(self, time: float) -> None:
        self.append("KeyRotated", time, {"new": NEXT_LOG.vkey, "old": LOG.vkey, "overlap": self.plan.overlap})
        if self.told.sizes[-1:] != [len(self.told.entries)]:
            self.told.sizes.append(len(self.told.entries))

    def _close(self) -> None:
        counted = {"battles": sum(self.numbers.values()), "round": self.round, "votes": len(self.cast)}
        self.append("RoundClosed", self.end, counted)
        self.append("SeedRevealed", self.end, {"round": self.round, "secret": self.secret.hex()})
        for _ in range(self.plan.late_withdrawals):
            self._withdraw(self.end + 600)
        for number in range(1, self.plan.results + 1):
            self._commit_result(number)
        if self.plan.pepper:
            pepper = {"pepper": secret_commitment("pepper", self.pepper), "round": self.round}
            self.append("PepperDestroyed", self.end + 86400 * 30, pepper)
        if self.plan.acts:
            self._act_of(0)(self.end + 7200)

    def _commit_result(self, number: int) -> None:
        time = self.end + 3600 * number
        for rule, refs in self._derived().items():
            fresh = sorted(set(refs) - self.excluded.keys())
            if fresh:
                self._exclude(time, rule, fresh, "", "")
        if number > 1 and self.plan.removed:
            self._exclude(time, "contestant_removed", [], self.plan.removed, "withdrew from the contest")
            self.gone.append(self.plan.removed)
        document, salt = jcs(self.result(number)), self.random.randbytes(32)
        commitment = sha(salt + document)
        self.told.results.append((salt, document))
        named = {"commitment": commitment, "number": number, "round": self.round}
        self.append("ResultCommitted", time, named)
        if self.plan.publish:
            self.append("ResultOpened", time + 600, {**named, "salt": salt.hex()})

    def _exclude(self, time: float, rule: str, refs: list[int], contestant: str, reason: str) -> None:
        self.excluded.update(dict.fromkeys(refs, rule))
        payload = {
            "contestant": contestant,
            "reason": reason,
            "refs": refs,
            "round": self.round,
            "rule": rule,
        }
        self.append("Excluded", time, payload)

    def _derived(self) -> dict[str, list[int]]:
        """What the rules take out, each vote under the first rule that names it."""
        rules, votes = self.contest.rules, sorted(self.standing().items())
        minutes, hers = defaultdict(list), defaultdict(list)
        for seq, ballot in votes:
            minutes[ballot.voter, ballot.cast_at].append(seq)
            hers[ballot.voter].append((seq, ballot.verdict))
        most, sided = rules.exclusions.votes_per_minute, rules.exclusions.one_sided_from
        hasty = {seq for seqs in minutes.values() for seq in seqs[most:]} if most else set()
        one_sided = {
            seq
            for said in hers.values()
            if sided and len(said) >= sided and {verdict for _, verdict in said} in ({"a"}, {"b"})
            for seq, _ in said
        }
        return {"votes_per_minute": sorted(hasty), "one_sided_from": sorted(one_sided - hasty)}

    def result(self, number: int) -> dict:
        """The result that is committed now."""
        return result_document(
            self.contest,
            number,
            cells(list(self.standing().values())),
            cells(self.counting()),
            sorted(self.gone),
            {
                "votes": sha(self.votes_csv()),
                "votes_excluded": sha(self.excluded_csv()),
                "votes_public": sha(self.public_csv()),
            },
            {"scribe": "1"},
        )

    def votes_csv(self) -> bytes:
        """The votes that count now."""
        return votes_csv(self.counting())

    def public_csv(self) -> bytes:
        """The same as everyone may see them, who has no openings."""
        shown = sorted(
            (one.side_a, one.side_b, WINNERS[one.verdict], "True", one.track) for one in self.counting()
        )
        head = ("model_a", "model_b", "winner", "anony", "track")
        return "".join(f"{','.join(row)}\n" for row in [head, *shown]).encode()

    def excluded_csv(self) -> bytes:
        """The cast votes that do not."""
        out = self.ruled_out()
        return excluded_csv((self.standing()[seq], rule) for seq, rule in out.items())

    def counting(self) -> list[Ballot]:
        """The ballots that count now."""
        out = self.ruled_out()
        return [ballot for seq, ballot in self.standing().items() if seq not in out]

    def standing(self) -> dict[int, Ballot]:
        """The cast votes that score, by their place in the ledger: of tracks that do, and of no control."""
        scoring = {track.value for track in self.contest.rules.scoring}
        references = {one.id for one in self.contest.roster.contestants if one.reference}

        def scores(ballot: Ballot) -> bool:
            sides = {ballot.side_a, ballot.side_b}
            return ballot.track in scoring and len(sides) == 2 and not sides & references

        return {
            seq: ballot for seq, ballot in self.cast.values() if seq not in self.withdrawn and scores(ballot)
        }

    def ruled_out(self) -> dict[int, str]:
        """The rule that takes each standing vote out, for those that do not count."""
        found = {}
        for seq, ballot in self.standing().items():
            if seq in self.excluded:
                found[seq] = self.excluded[seq]
            elif {ballot.side_a, ballot.side_b} & set(self.gone):
                found[seq] = "contestant_removed"
        return found


def cells(ballots: list[Ballot]) -> list[Cell]:
    """Ballots counted by voter, sides and verdict."""
    counts: dict[tuple, int] = defaultdict(int)
    for ballot in ballots:
        counts[ballot.voter, ballot.side_a, ballot.side_b, ballot.verdict] += 1
    return [Cell(*key, count) for key, count in sorted(counts.items())]


def roots(lines: list[bytes], sizes: list[int]) -> dict[int, bytes]:
    """Merkle roots of the first lines, as many as each of `sizes` says (RFC 9162 §2.1.1)."""
    wanted, found = set(sizes), {}
    stack: list[tuple[int, bytes]] = []
    for size, line in enumerate(lines, start=1):
        width, node = 1, hashlib.sha256(b"\x00" + line).digest()
        while stack and stack[-1][0] == width:
            node = hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
            width *= 2
        stack.append((width, node))
        if size in wanted:
            whole = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                whole = hashlib.sha256(b"\x01" + left + whole).digest()
            found[size] = whole
    return found


def checkpoint_text(size: int, root: bytes) -> str:
    """What a checkpoint says."""
    return f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"


def signed(told: Told, lines: list[bytes], sizes: list[int], last_time: int) -> list[str]:
    """Checkpoint notes at `sizes`: signed by whose turn it is, the last one co-signed."""
    made = []
    turn = next((seq for seq, one in enumerate(told.entries) if one.kind == "KeyRotated"), len(lines))
    for size, root in sorted(roots(lines, sizes).items()):
        text = checkpoint_text(size, root)
        note = text + "\n" + (LOG if size <= turn else NEXT_LOG).sign(text)
        if size > turn and _still_overlaps(told, size, turn):
            note += LOG.sign(text)
        if size == sizes[-1]:
            note += WITNESS.cosign(text, last_time + 90)
        made.append(note)
    return made


def _still_overlaps(told: Told, size: int, turn: int) -> bool:
    rotated = told.entries[turn]
    return told.entries[size - 1].time < rotated.time + rotated.payload["overlap"]


def own_places(told: Told) -> range:
    """Where the entries of the round stand, among those of others."""
    begins = [seq for seq, one in enumerate(told.entries) if one.kind == "RoundOpened"]
    round_id = told.contest.rules.round_id
    first = next((seq for seq in begins if told.entries[seq].payload["round"] == round_id), 0)
    return range(first, next((seq for seq in begins if seq > first), len(told.entries)))


def opened_lines(told: Told, *, auditors: bool) -> list[bytes]:
    """The openings of a folder, for everyone or for auditors too; other rounds show what all may see."""
    own = own_places(told)
    return [
        one.opening(seq)
        for seq, one in enumerate(told.entries)
        if one.kind in TO_ALL or (auditors and seq in own)
    ]
