"""The services of the operator's console, on an arena without contestants' servers."""

from arena.backends.pool import Pool
from arena.service.answering import Answering
from arena.service.backup_job import BackupJob
from arena.service.backups import Backups
from arena.service.concerns import Housekeeping
from arena.service.draining import Draining
from arena.service.fault_stream import FaultStream
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.notices import Notices
from arena.service.operating import Operating
from arena.service.operators import Operators, Running
from arena.service.rehearsal import Rehearsal
from arena.service.rehearsal_job import RehearsalJob


def operating_of(store, round_, secrets, citizens, folder, clock, chance, audit) -> Operating:
    """Make them; nothing of them runs."""
    roster, faults = round_.contest.roster, FaultStream(clock)
    pool = Pool(None, heard=faults.hear)
    answering = Answering(citizens, pool, round_.contest, grace=30, most=10)
    keys = LogKeys(store, secrets, "log.example", clock, chance)
    running = Running(pool, answering, Notary(store, keys, clock), faults, Draining(folder, roster))
    return Operating(
        Operators(roster, running, Housekeeping(store, folder, clock), clock, audit),
        Notices(store, roster, clock, audit),
        RehearsalJob(lambda: Rehearsal(store, round_), "http://127.0.0.1:9", clock, audit),
        BackupJob(Backups(store, keys, secrets, folder, clock), folder / "backups", clock, audit),
    )
