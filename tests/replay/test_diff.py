"""Old against new: types, end, fields; once, or as a distribution."""

from __future__ import annotations

import pytest

from tests.replay.conftest import Desk
from troupe.operations.replay.diff import Change, Comparison, Outcome, Said
from troupe.operations.replay.manifest import Entry, Manifest, ReplayError
from troupe.runtime.decisions import DecisionKey

ENTRY = Entry(agent="a.b", handler="h", type="T", correlation_id="c", event_id="e", digest="d")


def compared(desk: Desk, manifest: Manifest, ignore: tuple[str, ...] = ()) -> list[Comparison]:
    return list(desk.place.judge.compare(manifest, ignore))


def test_an_agent_that_is_as_it_was_decides_the_same(desk: Desk) -> None:
    stories = desk.orders(3)
    for mode in ("whatif", "reprocess"):
        manifest = desk.freeze(mode=mode, correlations=tuple(stories), reason="to see")
        assert [c.verdict for c in compared(desk, manifest)] == ["undecided"] * 3
        desk.play(manifest)
        assert [c.verdict for c in compared(desk, manifest)] == ["same" if mode == "whatif" else "end"] * 3


def test_in_a_reprocess_the_end_of_the_whole_story_counts(desk: Desk) -> None:
    (story,) = desk.orders(1)
    alone = desk.freeze(mode="reprocess", correlations=(story,), reason="the till alone")
    desk.play(alone)
    (comparison,) = compared(desk, alone)
    assert comparison.old is not None and comparison.new[0] is not None
    assert (comparison.verdict, comparison.old.end, comparison.new[0].end) == ("end", "Shipped", "")
    both = desk.freeze(mode="reprocess", to=("shop.till", "shop.packer"), correlations=(story,), reason="both")
    desk.play(both)
    assert [c.verdict for c in compared(desk, both)] == ["same", "same"]


def test_a_moody_agent_shows_as_a_distribution(desk: Desk) -> None:
    story = next(s for s in (desk.ask("how are you?") for _ in range(3)) if desk.cloud.events(s)[-1].type == "Cheered")
    manifest = desk.freeze(to=("mood.moody",), correlations=(story,), repeat=9)
    desk.play(manifest)
    (comparison,) = compared(desk, manifest)
    assert comparison.distribution == {"Cheered": 6, "Grumbled": 3}
    assert comparison.verdict == "types"
    assert sorted(comparison.verdicts) == ["fields"] * 6 + ["types"] * 3
    cheered = comparison.verdicts.index("fields")
    (change,) = comparison.changes(cheered)
    assert change.path == "Cheered.mood" and change.old != change.new
    (ignoring,) = compared(desk, manifest, ("mood",))
    assert sorted(ignoring.verdicts) == ["same"] * 6 + ["types"] * 3


def test_a_join_is_compared_once_for_both_its_sides(desk: Desk) -> None:
    (story,) = desk.orders(1)
    manifest = desk.freeze(to=("shop.shipper",), correlations=(story,))
    desk.play(manifest)
    (comparison,) = compared(desk, manifest)
    assert comparison.verdict == "same"
    assert comparison.old is not None and comparison.old.types == ("Shipped",)
    half = desk.freeze(to=("shop.shipper",), correlations=(story,), types=("Paid",))
    desk.play(half)
    assert [c.verdict for c in compared(desk, half)] == ["undecided"]


def test_where_the_old_decision_is_gone_the_store_still_knows(desk: Desk) -> None:
    (story,) = desk.orders(1)
    manifest = desk.freeze(correlations=(story,))
    desk.play(manifest)
    key = DecisionKey("shop.till", "charge", "", (story,)).pk
    desk.cloud.client("dynamodb").delete_item(TableName=desk.cloud.names.decisions, Key={"pk": {"S": key}})
    assert [c.verdict for c in compared(desk, manifest)] == ["same"]


def test_what_was_never_decided_differs_from_what_is_decided_now(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TILL_BROKEN", "1")
    story = desk.order()
    desk.rest()
    monkeypatch.delenv("SHOP_TILL_BROKEN")
    manifest = desk.freeze(correlations=(story,))
    desk.play(manifest)
    (comparison,) = compared(desk, manifest)
    assert comparison.old is None and comparison.verdict == "types" and str(comparison.new[0]) == "Paid"


def test_a_redelivery_has_nothing_to_compare(desk: Desk) -> None:
    manifest = desk.freeze(mode="redeliver", correlations=tuple(desk.orders(1)))
    with pytest.raises(ReplayError, match="only a whatif or a reprocess decides anew"):
        compared(desk, manifest)


def said(type_: str = "Answer", terminal: bool = False, **fields: object) -> Said:
    return Said(type_, terminal, fields)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (Outcome((said(a=1),)), Outcome((said(a=1),)), "same"),
        (Outcome(()), Outcome(()), "same"),
        (Outcome((said(a=1),)), Outcome((said(a=2),)), "fields"),
        (Outcome((said(a=1),)), Outcome((said(a=True),)), "fields"),
        (Outcome((said(a=1),)), Outcome((said(),)), "fields"),
        (Outcome((said(),)), Outcome((said(a=None),)), "fields"),
        (Outcome((said(),), "X"), Outcome((said(),)), "end"),
        (Outcome((said(),)), Outcome((said(), said())), "types"),
        (Outcome((said("A"), said("B"))), Outcome((said("B"), said("A"))), "types"),
        (Outcome((said(),)), Outcome(()), "types"),
        (None, Outcome(()), "types"),
        (Outcome(()), None, "undecided"),
    ],
)
def test_the_gravest_difference_counts(old: Outcome | None, new: Outcome | None, verdict: str) -> None:
    assert Comparison(ENTRY, old, (new,)).verdict == verdict


def test_fields_are_told_one_by_one_and_may_be_ignored() -> None:
    old = Outcome((said(**{"sql": "a", "rows[0].x": 1, "rows[1].x": 2, "rowsum": 1}),))
    new = Outcome((said(**{"sql": "b", "rows[0].x": 1, "rowsum": 2}),))
    assert Comparison(ENTRY, old, (new,)).changes(0) == [
        Change("Answer.rows[1].x", 2, None),
        Change("Answer.rowsum", 1, 2),
        Change("Answer.sql", "a", "b"),
    ]
    ignoring = Comparison(ENTRY, old, (new,), frozenset({"rows", "sql"}))
    assert [c.path for c in ignoring.changes(0)] == ["Answer.rowsum"]
