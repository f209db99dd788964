"""What the operator's console works with."""

from dataclasses import dataclass

from arena.service.backup_job import BackupJob
from arena.service.notices import Notices
from arena.service.operators import Operators
from arena.service.rehearsal_job import RehearsalJob


@dataclass(frozen=True, slots=True)
class Operating:
    """The services of the operator's console."""

    operators: Operators
    notices: Notices
    rehearsals: RehearsalJob
    backups: BackupJob
