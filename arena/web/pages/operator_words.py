"""What the operator's console says, as Markdown; a foreign text in it means nothing to Markdown."""

from collections.abc import Sequence
from datetime import datetime

from arena.service.backup_job import BackupView
from arena.service.concerns import Concern, House, Told
from arena.service.notices import NoticeView
from arena.service.operators import Condition, EndpointView, FaultView, OperatorView
from arena.service.rehearsal_job import RehearsalView
from arena.web.pages.build import KST, plain
from arena.web.text import CONSOLES, Language

SHOWN_FAULTS = 30
REASONS = frozenset(
    {
        "numbers",
        "rehearsal_going",
        "rehearsal_none",
        "backup_running",
        "endpoint_unknown",
        "notice_empty",
        "notice_long",
        "notice_named",
        "notice_level",
        "notice_until",
        "notice_many",
        "notice_gone",
    }
)
"""Why something cannot be, as keys of texts."""

ORDERS = {True: "order.true", False: "order.false", None: "order.none"}
"""What is said of the order that a rehearsal found, by whether it is the true one."""

IN_BYTES = frozenset({Concern.DISK_FULL, Concern.DISK_LOW})
UNITS = ("B", "KB", "MB", "GB", "TB")


def said(language: Language, key: str, **values: object) -> str:
    """Say something of the console."""
    return CONSOLES["operator"][language][key].format(**values)


def refused(language: Language, key: str) -> str:
    """Say why something cannot be, by the key that the service gives."""
    return said(language, key if key in REASONS else "reload")


def moment(at: datetime) -> str:
    """Write a moment in Korean time, to the second."""
    return f"{at.astimezone(KST):%Y-%m-%d %H:%M:%S}"


def bytes_text(size: float) -> str:
    """Write a number of bytes for people."""
    unit = 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {UNITS[unit]}" if unit == 0 else f"{size:.1f} {UNITS[unit]}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def concerns_text(view: OperatorView, language: Language) -> tuple[str, str]:
    """Say what is urgent and what is to be looked at, or that there is nothing to do."""
    urgent = [told for told in view.concerns if told.is_urgent]
    others = [told for told in view.concerns if not told.is_urgent]
    at = said(language, "at", at=moment(view.at))
    if not view.concerns:
        return "", f"{said(language, 'all_well')}\n\n{at}"
    parts = [
        f"{said(language, key, count=len(told))}\n\n{_listed(told, language)}" if told else ""
        for key, told in (("urgent", urgent), ("less_urgent", others))
    ]
    return parts[0], f"{parts[1]}\n\n{at}".strip()


def _listed(told: Sequence[Told], language: Language) -> str:
    return "\n".join(f"- {_concern(one, language)}" for one in told)


def _concern(told: Told, language: Language) -> str:
    figure = bytes_text(told.figure) if told.concern in IN_BYTES else f"{told.figure:,}"
    return said(language, f"concern.{told.concern}", about=plain(told.about), figure=figure)


def load_text(view: OperatorView, language: Language) -> str:
    """Say how many citizens there are now."""
    load = said(language, "load", under_way=view.under_way, most=view.most, waiting=view.waiting)
    return f"{said(language, 'load_title')}\n\n{load}"


def endpoints_text(endpoints: Sequence[EndpointView], language: Language) -> str:
    """Write every endpoint, those that do not serve first."""
    names = ("contestant", "endpoint", "state", "in_flight", "running", "faults")
    heads = [said(language, f"head.{name}") for name in names]
    rows = [_endpoint(one, language) for one in sorted(endpoints, key=lambda one: one.serves)]
    return f"{said(language, 'endpoints_title')}\n\n{table(heads, rows)}"


def _endpoint(one: EndpointView, language: Language) -> list[str]:
    state = said(language, f"state.{one.condition}", fault=_fault(one, language))
    load = [said(language, "unknown") if n is None else str(n) for n in (one.seen.running, one.seen.waiting)]
    return [
        f"{plain(one.name)} <br> {plain(one.team)}",
        plain(one.endpoint),
        state if one.condition is Condition.SERVING else f"**{state}**",
        str(one.seen.in_flight),
        " / ".join(load),
        f"{one.faults:,}",
    ]


def _fault(one: EndpointView, language: Language) -> str:
    return said(language, f"fault.{one.seen.fault}") if one.seen.fault else ""


def house_text(house: House, language: Language) -> str:
    """Say how much room there is, and how long the record."""
    lines = [
        said(
            language,
            "disk",
            folder=plain(str(disk.folder)),
            free=bytes_text(disk.free),
            total=bytes_text(disk.total),
        )
        for disk in house.disks
    ]
    if house.database is not None:
        lines.append(said(language, "database", size=bytes_text(house.database)))
        lines.append(said(language, "record", entries=house.entries, signed=house.signed))
    return "\n".join([said(language, "house_title"), "", *lines])


def faults_text(faults: Sequence[FaultView], language: Language) -> str:
    """Write the last faults, the last first."""
    title = said(language, "faults_title")
    if not faults:
        return f"{title}\n\n{said(language, 'no_faults')}"
    heads = [said(language, f"head.{name}") for name in ("at", "contestant", "endpoint", "fault", "detail")]
    rows = [
        [
            moment(one.at),
            plain(one.contestant),
            plain(one.endpoint),
            said(language, f"fault.{one.fault}"),
            plain(one.detail),
        ]
        for one in faults[:SHOWN_FAULTS]
    ]
    return f"{title}\n\n{table(heads, rows)}"


def notices_text(written: Sequence[NoticeView], now: datetime, language: Language) -> str:
    """Write the notices so far, the last first."""
    title = said(language, "written_title")
    if not written:
        return f"{title}\n\n{said(language, 'none_written')}"
    heads = [said(language, f"head.{name}") for name in ("number", "text", "state", "until")]
    rows = [
        [
            str(one.id),
            f"{plain(one.notice.ko)} <br> {plain(one.notice.en)}",
            said(language, _standing(one, now)),
            moment(one.notice.until),
        ]
        for one in written
    ]
    return f"{title}\n\n{table(heads, rows)}"


def _standing(one: NoticeView, now: datetime) -> str:
    if one.withdrawn:
        return "withdrawn"
    return "shown_now" if one.notice.until > now else "over"


def rehearsal_text(view: RehearsalView, language: Language) -> str:
    """Say how far the rehearsal has come."""
    return said(
        language,
        f"rehearsal.{view.progress}",
        votes=view.votes,
        wanted=view.wanted,
        seconds=view.seconds,
        lost=view.lost,
        doubled=view.doubled,
        voids=view.voids,
        order=said(language, ORDERS[view.order_is_true]),
        problem=plain(view.problem),
    )


def backup_text(view: BackupView, language: Language) -> str:
    """Say how far the backup has come."""
    return said(
        language,
        f"backup.{view.stage}",
        share=min(99, 100 * view.rows // max(view.total, 1)),
        name=plain(view.name),
        sha256=view.sha256,
        entries=view.entries,
        signed=view.signed,
        problem=plain(view.problem),
    )


def files_text(view: BackupView, language: Language) -> str:
    """List the backups there are, and say where they lie."""
    lines = [
        said(language, "file", at=moment(one.made_at), name=plain(one.name), size=bytes_text(one.size))
        for one in view.files
    ] or [said(language, "no_files")]
    where = said(language, "folder", folder=plain(view.folder))
    return "\n".join([said(language, "files_title"), "", *lines, "", where])
