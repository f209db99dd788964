"""An audit that remembers, and staff of each role."""

from arena.identity.staff import Role, Staff

OPERATOR = Staff("a" * 26, "운영자", Role.OPERATOR)
EVALUATOR = Staff("b" * 26, "평가자", Role.EVALUATOR)
AUDITOR = Staff("c" * 26, "감사자", Role.AUDITOR)
TEAM = Staff("d" * 26, "팀", Role.TEAM, "team-one")
OTHERS = (EVALUATOR, AUDITOR, TEAM)


class Remembering:
    """An audit in memory."""

    def __init__(self):
        self.acts = []

    def put(self, by, act, before=None, after=None):
        self.acts.append((by.role.value, str(act), before or {}, after or {}))

    def put_in(self, connection, by, act, before=None, after=None):
        self.put(by, act, before, after)
