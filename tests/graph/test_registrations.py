"""Registrations: what may be done by whom stands in the requirements, and the query holds it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median_low

import pytest

from graph.batches import STORED_OTHERWISE, Merged, Refusal, Stamp
from graph.database import Graph
from graph.errors import NotFound, Refused
from graph.registrations import (
    Actor,
    Area,
    DeskFilter,
    Evidence,
    activate_venue,
    correct_registration,
    count_desk,
    count_funnel,
    find_area,
    find_desk,
    find_rounds,
    find_times,
    get_registration,
    link_venue,
    merge_round,
    move,
    pass_on,
    record_posters_printed,
    record_registrations,
    round_for,
    settle_first_scans,
    take_back,
)
from graph.registrations.workflow import (
    CHAINS,
    COURSE,
    FINAL,
    STATES,
    WITH_DISTRICTS,
    WITHOUT_DISTRICTS,
    chain_on,
    due_at,
    find_next,
    needs_reason,
)
from graph.units import merge_units
from graph.venues import merge_venues
from graph.visits import merge_visits
from tests.emptying import empty
from tests.tables import table

# A Wednesday, noon in Ho Chi Minh City.
NOON = datetime(2021, 6, 23, 5, tzinfo=UTC)
STAMP = Stamp("test", "test", NOON)
UNITS = """
    unit_code | parent_code | level
    79        |             | city
    787       | 79          | district
    27664     | 787         | ward
    27667     | 787         | ward
    775       | 79          | district
    27343     | 775         | ward
"""
WARD = Actor("commune_intake", "27664", "ward")
OTHER_WARD = Actor("commune_intake", "27667", "other")
DISTRICT = Actor("district_intake", "787", "district")
CITY = Actor("city_ict", None, "city")
OWN = ["27664"]
UNIT, SYSTEM = Actor("unit", own=OWN), Actor("system", own=OWN)
ACTORS = {actor.role: actor for actor in (WARD, DISTRICT, CITY, UNIT, SYSTEM)}
KINDS = {"market": "others", "state_body": "official"}
# From R88 to R99, R15, R16 and R173, not from the program. Of the two chains: d with districts,
# c without; of kinds: o official ones, n all others.
LAW = """
    from             | to               | unit | commune   | district | city | system
    draft            | submitted        | dc   | d:n c     | d:o      |      |
    submitted        | accepted         |      | d:n c     | d:o      |      |
    submitted        | needs_correction |      | d:n c     | d:o      |      |
    submitted        | excluded         |      | d:n c     | d:o      |      |
    submitted        | duplicate        |      | d:n c     | d:o      |      |
    submitted        | rejected         |      | d:n c     | d:o      |      |
    needs_correction | submitted        | dc   | d:n c     | d:o      |      |
    accepted         | consolidated     |      |           | d        |      |
    accepted         | forwarded        |      | c         |          |      |
    accepted         | needs_correction |      | c         | d        |      |
    accepted         | excluded         |      | c         | d        |      |
    accepted         | duplicate        |      | c         | d        |      |
    consolidated     | forwarded        |      | c         | d        |      |
    forwarded        | account_issued   |      |           |          | dc   |
    forwarded        | needs_correction |      |           |          | dc   |
    account_issued   | handed_over      |      | c         | d        | dc   | dc
    handed_over      | active           |      |           |          |      | dc
    handed_over      | account_issued   |      | c         | d        | dc   | dc
    active           | qr_live          |      |           |          |      | dc
    qr_live          | first_scan       |      |           |          |      | dc
    qr_live          | suspended        |      | c         | d        | dc   |
    qr_live          | closed           |      | c         | d        | dc   |
    first_scan       | suspended        |      | c         | d        | dc   |
    first_scan       | closed           |      | c         | d        | dc   |
"""
COLUMNS = {
    "unit": "unit",
    "commune": "commune_intake",
    "district": "district_intake",
    "city": "city_ict",
    "system": "system",
}
LETTERS = {"d": WITH_DISTRICTS, "c": WITHOUT_DISTRICTS}


def law() -> set[tuple[str, str, str, str, str]]:
    """Every legal step: chain, from, to, role, kind."""
    legal = set()
    for row in table(LAW):
        for column, role in COLUMNS.items():
            for word in row[column].split():
                letters, _colon, kinds = word.partition(":")
                meant = {"": KINDS, "o": ["state_body"], "n": ["market"]}[kinds]
                legal |= {
                    (LETTERS[letter], row["from"], row["to"], role, kind)
                    for letter in letters
                    for kind in meant
                }
    return legal


@pytest.fixture(scope="module")
def places(store: Graph) -> Iterator[Graph]:
    """A store with units and two rounds, one of each chain; registrations have ids of their own."""
    empty(store)
    rows = [{key: value or None for key, value in row.items()} for row in table(UNITS)]
    merge_units(store, [{"name": row["unit_code"], **row} for row in rows], STAMP)
    for chain in CHAINS:
        merge_round(store, chain, chain, date(2021, 6, 20), date(2021, 6, 30), chain)
    yield store
    empty(store)


@pytest.fixture
def desk(places: Graph) -> Iterator[Graph]:
    """The places without any registration."""
    yield places
    delete = "MATCH (n:Registration|RegistrationStep) DETACH DELETE n"
    places.replacing("tests/delete", delete).write("tests/delete")


def unit(registration_id: str, **changed: object) -> dict[str, object]:
    """A unit as a list gives it."""
    row = {"registration_id": registration_id, "unit_code": "27664", "name": "Chợ Cần Thạnh"}
    told = {"category": "market", "contact_sealed": "1.x", "source": "list"}
    return {**row, **told, "round_id": WITH_DISTRICTS, **changed}


def take_in(graph: Graph, *rows: Mapping[str, object], at: datetime = NOON) -> None:
    """Take in units, which are new."""
    assert record_registrations(graph, rows, WARD, at) == Merged(len(rows), 0)


def moved(
    graph: Graph, ids: str, to_state: str, actor: Actor = WARD, **told: object
) -> dict[str, str]:
    """Move registrations at noon for a reason; return what became of each."""
    given = {"at": NOON, "reason": "why", "key": f"{to_state} {actor.role}", **told}
    outcomes = move(graph, ids.split(), to_state, actor, **given)
    return {one.registration_id: one.outcome for one in outcomes}


def state_of(graph: Graph, registration_id: str) -> str:
    """The state that a registration is in."""
    return one(graph, registration_id).state


def one(graph: Graph, registration_id: str, actor: Actor = CITY):
    """A registration as an office sees it."""
    return get_registration(graph, registration_id, find_area(graph, actor, NOON.date()), NOON)


def put_into_states(graph: Graph) -> None:
    """Put registrations into the states in their notes: by no step, so none can be taken back."""
    put = "MATCH (r:Registration) SET r.state = r.note"
    graph.replacing("tests/put", put).write("tests/put")


def test_the_table_says_what_the_law_says() -> None:
    told = {
        (chain, before, after, role, kind)
        for chain in CHAINS
        for before in STATES
        for role in ACTORS
        for kind in KINDS
        for after in find_next(chain, before, kind, role)
    }

    assert told == law()


def test_of_every_step_from_every_state_by_every_role_the_query_takes_the_legal_ones_alone(
    desk: Graph,
) -> None:
    stored = {
        f"{chain}/{before}/{kind}": (chain, before, kind)
        for chain in CHAINS
        for before in STATES
        for kind in KINDS
    }
    take_in(
        desk,
        *(
            unit(key, round_id=chain, note=before, category=kind)
            for key, (chain, before, kind) in stored.items()
        ),
    )

    taken = set()
    for after in STATES:
        for role, actor in ACTORS.items():
            put_into_states(desk)
            for key, outcome in moved(desk, " ".join(stored), after, actor).items():
                chain, before, kind = stored[key]
                assert outcome in ("moved", "illegal")
                if outcome == "moved":
                    taken.add((chain, before, after, role, kind))

    assert taken == law()


def test_a_step_sent_twice_is_taken_once(desk: Graph) -> None:
    take_in(desk, unit("a"), unit("b"))

    first = moved(desk, "a b", "accepted", key="k")
    again = moved(desk, "b a", "accepted", key="k")
    other = moved(desk, "a", "accepted", key="another")

    assert (first, again) == ({"a": "moved", "b": "moved"}, {"a": "repeated", "b": "repeated"})
    assert other == {"a": "illegal"}
    assert [step.to_state for step in one(desk, "a").steps] == ["submitted", "accepted"]


def test_of_two_officers_who_decide_at_once_one_wins_and_the_other_is_told(desk: Graph) -> None:
    ids = [f"race-{n}" for n in range(20)]
    take_in(desk, *map(unit, ids))
    decisions = ("accepted", "rejected", "excluded", "needs_correction")

    with ThreadPoolExecutor(len(decisions)) as officers:
        answers = list(officers.map(lambda to: moved(desk, " ".join(ids), to), decisions))

    for key in ids:
        outcomes = sorted(answer[key] for answer in answers)
        assert outcomes == ["illegal"] * 3 + ["moved"]
        won = decisions[[answer[key] for answer in answers].index("moved")]
        assert state_of(desk, key) == won
        assert len(one(desk, key).steps) == 2


def test_what_is_of_another_commune_is_neither_seen_nor_moved(desk: Graph) -> None:
    take_in(desk, unit("a"))
    far = Actor("district_intake", "775", "far")
    bound_to_nothing = Actor("commune_intake", None, "x")

    for actor in (OTHER_WARD, far, bound_to_nothing, Actor("unit"), Actor("system")):
        units = find_area(desk, actor, NOON.date())
        everything = DeskFilter(show="all")
        assert find_desk(desk, actor, units, everything, NOON, limit=9) == []
        assert count_desk(desk, actor, units, everything, NOON) == []
        assert moved(desk, "a", "accepted", actor) == {"a": "unknown"}
        with pytest.raises(NotFound):
            one(desk, "a", actor)
        [passed] = pass_on(desk, ["a"], "27667", actor, at=NOON, key="p")
        assert (passed.outcome, passed.state) == ("unknown", None)
    assert moved(desk, "a nothing", "accepted") == {"a": "moved", "nothing": "unknown"}


def test_an_end_wants_a_reason_and_so_does_every_way_back_from_one(desk: Graph) -> None:
    take_in(desk, unit("a"))

    assert moved(desk, "a", "excluded", reason="") == {"a": "no_reason"}
    assert moved(desk, "a", "excluded") == {"a": "moved"}
    assert moved(desk, "a", "submitted", OTHER_WARD) == {"a": "unknown"}
    assert moved(desk, "a", "submitted", DISTRICT) == {"a": "illegal"}
    assert moved(desk, "a", "submitted", reason=None) == {"a": "no_reason"}
    assert moved(desk, "a", "submitted") == {"a": "moved"}
    assert moved(desk, "a", "excluded", key="again", reason=None) == {"a": "no_reason"}
    assert needs_reason("handed_over", "account_issued")
    assert not needs_reason("submitted", "accepted")


def test_a_step_is_taken_back_by_its_own_office_while_nobody_went_on(desk: Graph) -> None:
    take_in(desk, unit("a"))
    moved(desk, "a", "accepted")
    assert one(desk, "a").came_from(WARD) == "submitted"
    assert one(desk, "a").came_from(DISTRICT) is None

    [back] = take_back(desk, ["a"], {"a": "submitted"}, WARD, at=NOON, key="back")

    assert (back.outcome, back.state) == ("moved", "submitted")
    assert one(desk, "a").came_from(WARD) is None
    assert one(desk, "a").steps[-1].is_back
    moved(desk, "a", "accepted", key="accepted again")
    assert moved(desk, "a", "consolidated", DISTRICT) == {"a": "moved"}
    assert moved(desk, "a", "submitted", key="too late") == {"a": "illegal"}
    assert moved(desk, "a", "accepted", DISTRICT) == {"a": "moved"}
    assert moved(desk, "a", "submitted", DISTRICT, key="two at once") == {"a": "illegal"}


def test_a_suspended_venue_goes_back_to_where_it_was_and_by_the_same_office(desk: Graph) -> None:
    take_in(desk, unit("live", note="qr_live"), unit("seen", note="first_scan"))
    put_into_states(desk)
    moved(desk, "live seen", "suspended", DISTRICT)

    assert moved(desk, "live seen", "first_scan", CITY, key="c") == dict.fromkeys(
        ("live", "seen"), "illegal"
    )
    assert moved(desk, "live seen", "first_scan", DISTRICT, key="f") == {
        "live": "illegal",
        "seen": "moved",
    }
    assert moved(desk, "live", "qr_live", DISTRICT, key="q") == {"live": "moved"}


def test_an_exclusion_keeps_what_shows_it_and_is_reversed_by_another_step(desk: Graph) -> None:
    take_in(desk, unit("a"))
    shown = Evidence("3164/UBND", "own_code", "Ngân hàng Nhà nước", "NH-77", date(2021, 6, 1))

    moved(desk, "a", "excluded", evidence=shown)
    moved(desk, "a", "submitted", reason="the code is void")

    _sent, excluded, back = one(desk, "a").steps
    assert (excluded.basis, excluded.issuer, excluded.issued_code, excluded.issued_on) == (
        "own_code",
        "Ngân hàng Nhà nước",
        "NH-77",
        date(2021, 6, 1),
    )
    assert (excluded.letter, excluded.reason) == ("3164/UBND", "why")
    assert (back.to_state, back.reason, back.is_back) == ("submitted", "the code is void", True)
    with pytest.raises(Refused, match="basis"):
        moved(desk, "a", "excluded", evidence=Evidence(basis="no idea"))


def test_a_duplicate_names_its_original_until_it_is_taken_back(desk: Graph) -> None:
    take_in(desk, unit("a"), unit("b"))

    for wrong in ("nobody", "a"):
        told = {"evidence": Evidence(same_as=wrong), "key": wrong}
        assert moved(desk, "a", "duplicate", **told) == {"a": "no_original"}
    assert moved(desk, "a", "duplicate", evidence=Evidence(same_as="b")) == {"a": "moved"}
    [original] = one(desk, "a").same_as
    assert (original.registration_id, original.evidence) == ("b", "why")
    moved(desk, "a", "submitted")
    assert one(desk, "a").same_as == ()


def test_a_unit_sent_again_stays_and_a_row_that_cannot_be_is_told_why(desk: Graph) -> None:
    rows = [
        unit("a"),
        unit("b", unit_code="nowhere"),
        unit("c", category="castle"),
        unit("d", state="accepted"),
        unit("e", contact_sealed="1.first"),
    ]

    first = record_registrations(desk, rows, WARD, NOON)
    moved(desk, "a", "accepted")
    again = record_registrations(
        desk, [unit("a"), unit("e", contact_sealed="1.sealed anew")], WARD, NOON
    )
    other = record_registrations(desk, [unit("a", name="Chợ khác")], WARD, NOON)

    assert (first.accepted, [refusal.column for refusal in first.refused]) == (
        2,
        ["unit_code", "category", "state"],
    )
    assert again == Merged(0, 2)
    assert other == Merged(0, 0, (Refusal(0, "registration_id", STORED_OTHERWISE),))
    assert (state_of(desk, "a"), one(desk, "a").name) == ("accepted", "Chợ Cần Thạnh")


def test_what_comes_after_the_last_day_of_its_round_is_taken_and_late(desk: Graph) -> None:
    last_second = datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC)
    take_in(desk, unit("in-time"), at=last_second)
    take_in(desk, unit("late"), at=last_second + timedelta(seconds=1))
    take_in(desk, unit("of-none", round_id=None), at=last_second + timedelta(days=9))

    assert [one(desk, key).is_late for key in ("in-time", "late", "of-none")] == [
        False,
        True,
        False,
    ]
    rounds = find_rounds(desk)
    assert round_for(rounds, date(2021, 7, 9)) == rounds[0]
    assert round_for(rounds, date(2021, 6, 19)) is None
    with pytest.raises(Refused, match="closes_on"):
        merge_round(desk, "x", "x", date(2021, 6, 2), date(2021, 6, 1))


def test_a_unit_of_another_commune_or_kind_is_passed_on_to_whom_it_belongs(desk: Graph) -> None:
    take_in(desk, unit("a"), unit("b", category="state_body"))
    later = NOON + timedelta(hours=3)

    passed = pass_on(desk, ["a", "b"], "27667", WARD, at=later, key="p", reason="across the river")
    again = pass_on(desk, ["a"], "27667", OTHER_WARD, at=later, key="p")

    assert [one.outcome for one in passed] == ["moved", "illegal"]
    assert [one.outcome for one in again] == ["repeated"]
    assert moved(desk, "a", "accepted") == {"a": "unknown"}
    a = one(desk, "a", OTHER_WARD)
    assert (a.unit_code, a.state, a.entered_at) == ("27667", "submitted", later)
    assert (a.steps[-1].from_unit, a.steps[-1].to_unit) == ("27664", "27667")
    assert a.steps[-1].reason == "across the river"
    pass_on(desk, ["a"], "27664", OTHER_WARD, at=later, key="q", category="party_body")
    assert moved(desk, "a", "accepted") == {"a": "illegal"}
    assert moved(desk, "a", "accepted", DISTRICT) == {"a": "moved"}
    with pytest.raises(Refused, match="category"):
        pass_on(desk, ["a"], "27664", WARD, at=NOON, key="r", category="castle")


def test_what_is_corrected_is_stored_with_the_step_that_sends_it_again(desk: Graph) -> None:
    take_in(desk, unit("a", address="1 Duyên Hải"))
    told = {**unit("a"), "name": "Chợ mới", "address": "2 Duyên Hải", "phone_index": "0f"}

    early = correct_registration(desk, "a", told, UNIT, at=NOON, key="early")
    moved(desk, "a", "needs_correction")
    sent = correct_registration(desk, "a", told, UNIT, at=NOON, key="c", changed=["name"])
    again = correct_registration(
        desk, "a", {**told, "name": "Chợ khác"}, UNIT, at=NOON, key="c", changed=["name"]
    )

    assert [early.outcome, sent.outcome, again.outcome] == ["illegal", "moved", "repeated"]
    a = one(desk, "a")
    assert (a.state, a.name, a.address, a.phone_index) == (
        "submitted",
        "Chợ mới",
        "2 Duyên Hải",
        "0f",
    )
    assert a.steps[-1].changed == ["name"]


@pytest.mark.parametrize(
    ("state", "entered", "due"),
    [
        pytest.param("submitted", "23T12:00", "24T12:00", id="the next working day"),
        pytest.param("submitted", "25T12:00", "28T12:00", id="Friday to Monday"),
        pytest.param("submitted", "26T09:00", "29T00:00", id="what comes on Saturday waits"),
        pytest.param("forwarded", "24T12:00", "28T12:00", id="two working days"),
        pytest.param("consolidated", "23T23:59", "24T00:00", id="the same day"),
        pytest.param("needs_correction", "25T12:00", "27T12:00", id="two days, whichever"),
        pytest.param("account_issued", "23T12:00", None, id="no clock"),
    ],
)
def test_a_state_is_left_in_time(state: str, entered: str, due: str | None) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(f"2021-06-{text}:00+07:00").astimezone(UTC)

    assert due_at(state, moment(entered)) == (moment(due) if due else None)


def test_the_district_has_what_was_accepted_until_the_end_of_the_round(desk: Graph) -> None:
    take_in(desk, unit("a"))
    moved(desk, "a", "accepted")
    assert one(desk, "a").due_at == datetime(2021, 6, 30, 17, tzinfo=UTC)

    after_the_round = datetime(2021, 7, 1, 2, tzinfo=UTC)
    take_in(desk, unit("late"), at=after_the_round)
    moved(desk, "late", "accepted", at=after_the_round)
    assert one(desk, "late").due_at == after_the_round + timedelta(days=1)
    assert [chain_on(date(2025, 6, 30)), chain_on(date(2025, 7, 1))] == [*CHAINS]


def listed(graph: Graph, actor: Actor, now: datetime = NOON, **asked: object) -> list[str]:
    """The ids that a desk lists."""
    units = find_area(graph, actor, NOON.date())
    rows = find_desk(graph, actor, units, DeskFilter(**asked), now, limit=50)
    counts = count_desk(graph, actor, units, DeskFilter(**asked), now)
    assert sum(count.count for count in counts) == len(rows)
    return [row.registration_id for row in rows]


def test_a_desk_lists_what_it_is_to_do_the_overdue_on_top(desk: Graph) -> None:
    for hours, key in enumerate(("third", "second", "first")):
        take_in(desk, unit(key), at=NOON - timedelta(hours=30 * hours))
    take_in(desk, unit("party", category="party_body"), unit("drafted", state="draft"))
    take_in(desk, unit("up"), unit("asked"), unit("reform", round_id=WITHOUT_DISTRICTS))
    moved(desk, "up reform", "accepted")
    moved(desk, "asked", "needs_correction")

    assert listed(desk, WARD) == ["first", "second", "third", "reform", "drafted"]
    assert listed(desk, DISTRICT) == ["party", "up"]
    assert listed(desk, CITY) == []
    assert listed(desk, WARD, now=NOON + timedelta(days=2))[-4:] == [
        "third",
        "asked",
        "reform",
        "drafted",
    ]
    assert listed(desk, DISTRICT, show="overdue") == ["first", "second"]
    assert listed(desk, OTHER_WARD, show="all") == []
    assert len(listed(desk, DISTRICT, show="all")) == 8


def test_who_hands_an_account_over_follows_whether_there_is_an_e_mail_address(desk: Graph) -> None:
    take_in(desk, unit("mail", note="account_issued", has_email=True))
    take_in(desk, unit("slip", note="account_issued"))
    put_into_states(desk)

    assert (listed(desk, CITY), listed(desk, DISTRICT)) == (["mail"], ["slip"])


def test_a_desk_is_narrowed_down_and_shown_a_page_at_a_time(desk: Graph) -> None:
    take_in(
        desk,
        unit("a", name="Quán Phở Hoà", address="12 Lê Lợi"),
        unit("b", name="Trường Hoa Sen", category="school", tax_number="0312345678"),
        unit("c", unit_code="27667", phone_index="0f", round_id=WITHOUT_DISTRICTS),
    )

    assert listed(desk, DISTRICT, show="all", text="pho HOA") == ["a"]
    assert listed(desk, DISTRICT, show="all", text="lê lợi") == ["a"]
    assert listed(desk, DISTRICT, show="all", text="0312345678") == ["b"]
    assert listed(desk, DISTRICT, show="all", text="0912345678", phone_index="0f") == ["c"]
    assert listed(desk, DISTRICT, show="all", category="school") == ["b"]
    assert listed(desk, DISTRICT, show="all", round_id=WITHOUT_DISTRICTS) == ["c"]
    assert listed(desk, DISTRICT, show="all", states=("accepted",)) == []
    units = find_area(desk, DISTRICT, NOON.date())
    everything = DeskFilter(show="all")
    pages = [find_desk(desk, DISTRICT, units, everything, NOON, limit=1, skip=n) for n in range(4)]
    assert [[row.registration_id for row in page] for page in pages] == [["a"], ["b"], ["c"], []]
    assert find_area(desk, CITY, NOON.date(), within="787").codes == {"27664", "27667", "787"}
    assert find_area(desk, DISTRICT, NOON.date(), within="27343") == Area()


def test_the_funnel_counts_what_a_plain_count_of_the_histories_counts(desk: Graph) -> None:
    chance = Random(6)
    keys = [f"r{n:03}" for n in range(60)]
    kinds = {key: chance.choice(("market", "school", "state_body")) for key in keys}
    wards = {key: chance.choice(("27664", "27667")) for key in keys}
    rows = [unit(key, category=kinds[key], unit_code=wards[key]) for key in keys]
    assert record_registrations(desk, rows, DISTRICT, NOON).accepted == len(rows)
    offices = [Actor(role, own=["27664", "27667"]) for role in ("unit", "system")]
    offices += [WARD, OTHER_WARD, DISTRICT, CITY]
    entered = dict.fromkeys(keys, ("submitted", NOON))
    stays: dict[str, list[int]] = {}
    now = NOON
    for number in range(70):
        now += timedelta(minutes=chance.randrange(1, 1000))
        actor, after = chance.choice(offices), COURSE[1 + number % 10]
        if number % 7 == 6:
            after = chance.choice(FINAL)
        ids = chance.sample(keys, 30)
        for outcome in move(desk, ids, after, actor, at=now, key=str(number), reason="why"):
            if outcome.outcome == "moved":
                before, since = entered[outcome.registration_id]
                stays.setdefault(before, []).append(int((now - since).total_seconds()))
                entered[outcome.registration_id] = (after, now)

    area = find_area(desk, DISTRICT, NOON.date())
    cells = count_funnel(desk, area, now)
    times = find_times(desk, area)

    counted: dict[tuple[str, str, str], list[bool]] = {}
    rows_now = find_desk(desk, DISTRICT, area, DeskFilter(show="all"), now, limit=len(keys))
    overdue = {row.registration_id for row in rows_now if row.is_overdue}
    for key, (state, _since) in entered.items():
        is_overdue = key in overdue
        counted.setdefault((wards[key], kinds[key], state), []).append(is_overdue)
    assert {(c.unit_code, c.category, c.state): (c.count, c.overdue) for c in cells} == {
        place: (len(each), sum(each)) for place, each in counted.items()
    }
    assert len({state for state, _since in entered.values()}) > 5
    assert {state: (stay.count, stay.median_seconds) for state, stay in times.items()} == {
        state: (len(each), median_low(each)) for state, each in stays.items()
    }
    schools = count_funnel(desk, area, now, category="school", round_id=WITH_DISTRICTS)
    assert sum(cell.count for cell in schools) == list(kinds.values()).count("school")
    assert count_funnel(desk, area, now, round_id=WITHOUT_DISTRICTS) == []
    assert find_times(desk, area, round_id=WITHOUT_DISTRICTS) == {}


def test_a_login_printed_posters_and_a_check_in_move_a_unit_on_each_once(desk: Graph) -> None:
    take_in(desk, unit("a", note="handed_over"), unit("b", note="handed_over"))
    put_into_states(desk)
    merge_venues(desk, [{"venue_id": "v", "name": "Chợ", "category": "market"}], STAMP)
    merge_venues(desk, [{"venue_id": "stall", "part_of": "v", "category": "market"}], STAMP)
    link_venue(desk, "a", "v")
    link_venue(desk, "a", "v")
    with pytest.raises(NotFound):
        link_venue(desk, "a", "no venue")

    assert record_posters_printed(desk, "v", NOON) == 0
    assert [activate_venue(desk, "v", NOON) for _twice in range(2)] == [1, 0]
    assert [record_posters_printed(desk, "v", NOON) for _twice in range(2)] == [1, 0]
    old = {"person_id": "p", "venue_id": "stall", "left_at": None}
    before = NOON - timedelta(days=2)
    merge_visits(desk, [{"visit_id": "1", "arrived_at": before, **old}], STAMP)
    assert settle_first_scans(desk, NOON) == 0
    merge_visits(desk, [{"visit_id": "2", "arrived_at": NOON, **old}], STAMP)
    assert [settle_first_scans(desk, NOON) for _twice in range(2)] == [1, 0]

    assert [step.to_state for step in one(desk, "a").steps] == [
        "submitted",
        "active",
        "qr_live",
        "first_scan",
    ]
    assert one(desk, "a").steps[-1].role == "system"
    assert (one(desk, "a").venue_id, state_of(desk, "b")) == ("v", "handed_over")
