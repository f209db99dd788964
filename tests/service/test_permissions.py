"""The role matrix by itself; that every door asks it is held where the doors are."""

import pytest

from arena.contest.roster import ContestantId
from arena.errors import NotPermitted
from arena.identity.staff import AccountId, Role, Staff
from arena.service.permissions import PERMITTED, Act, permit


def staff(role):
    contestant = ContestantId("haneul") if role is Role.TEAM else None
    return Staff(AccountId("a" * 26), "somebody", role, contestant)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_table_decides(role, act):
    """A role may do what the table says, and is refused everything else."""
    refused = False

    try:
        permit(staff(role), act)
    except NotPermitted:
        refused = True

    assert refused == (role not in PERMITTED[act])


def test_every_act_is_somebodys():
    """No act is left out of the table, and none is allowed to nobody."""
    assert set(PERMITTED) == set(Act)
    assert all(PERMITTED.values())


def test_operator_reads_no_standings():
    """An operator runs the round and can read neither standings nor score, nor carry the votes away."""
    acts = {act for act, roles in PERMITTED.items() if Role.OPERATOR in roles}

    assert not acts & {Act.READ_STANDINGS, Act.READ_SCORE, Act.EXPORT, Act.EXPORT_FOR_AUDITORS}


def test_team_acts_on_its_own():
    """A team may see its own serving and feedback, keep its account, and nothing else."""
    acts = {act for act, roles in PERMITTED.items() if Role.TEAM in roles}

    assert acts == {Act.READ_OWN_SERVING, Act.READ_OWN_FEEDBACK, Act.KEEP_OWN_ACCOUNT}


@pytest.mark.parametrize(
    ("role", "contestant"), [(Role.TEAM, None), (Role.EVALUATOR, "haneul"), (Role.OPERATOR, "haneul")]
)
def test_only_a_team_has_a_contestant(role, contestant):
    """A team's member without a contestant, or anybody else with one, cannot be."""
    with pytest.raises(ValueError, match="contestant"):
        Staff(AccountId("a" * 26), "somebody", role, contestant)
