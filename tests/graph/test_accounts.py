"""Accounts, and the counts of what the store holds."""

import unicodedata
from functools import partial

import pytest

from graph.accounts import (
    add_account,
    change_password,
    disable_account,
    find_accounts,
    get_account,
    get_account_by_id,
)
from graph.errors import NotFound, Refused
from graph.reports import StoreCounts, count_store
from tests.graph.sample import fill
from tests.graph.threads import at_once

HASH = "argon2-canary"


def add(graph, name="an"):
    return add_account(graph, name=name, role="investigator", password_hash=HASH, unit_code="769")


def test_an_account_is_found_by_its_id_and_by_its_name_whatever_its_case(graph):
    account_id = add(graph, "Đặng.An")

    account = get_account_by_id(graph, account_id)

    assert (account.name, account.role, account.unit_code) == ("đặng.an", "investigator", "769")
    assert (account.session_version, account.disabled_at) == (1, None)
    assert get_account(graph, "ĐẶNG.an") == account
    assert get_account(graph, unicodedata.normalize("NFD", "Đặng.An")) == account
    assert find_accounts(graph) == [account]


def test_an_account_does_not_show_its_hash(graph):
    account = get_account_by_id(graph, add(graph))

    assert account.password_hash == HASH
    assert HASH not in repr(account)


@pytest.mark.parametrize("name", ["an", "AN"])
def test_a_name_that_is_taken_is_refused_and_the_account_stays_as_it_is(graph, name):
    account_id = add(graph)
    before = get_account_by_id(graph, account_id)

    with pytest.raises(Refused) as refused:
        add_account(graph, name=name, role="administrator", password_hash="other")

    assert (refused.value.field, refused.value.reason) == ("name", "is taken by another account")
    assert find_accounts(graph) == [before]


def test_a_name_asked_for_several_times_at_once_is_given_once(graph):
    def attempt():
        try:
            return add(graph)
        except Refused:
            return None

    answers = at_once([attempt] * 5)

    assert [answer for answer in answers if answer] == [get_account(graph, "an").account_id]


def test_an_account_that_is_disabled_stays_so_and_its_sessions_end(graph):
    account_id = add(graph)

    disable_account(graph, "AN")

    disabled = get_account_by_id(graph, account_id)
    assert disabled.disabled_at >= disabled.created_at
    assert disabled.session_version == 2
    disable_account(graph, "an")
    assert get_account(graph, "an").disabled_at == disabled.disabled_at


def test_a_new_password_ends_the_sessions_of_the_old_one(graph):
    add(graph)

    change_password(graph, "AN", "new")

    account = get_account(graph, "an")
    assert (account.password_hash, account.session_version) == ("new", 2)


def test_there_is_no_account_of_another_name(graph):
    add(graph)

    for ask in (
        partial(get_account, graph),
        partial(get_account_by_id, graph),
        partial(disable_account, graph),
        partial(change_password, graph, password_hash="new"),
    ):
        with pytest.raises(NotFound) as missing:
            ask("CANARY")
        assert str(missing.value) == "no such account"


def test_accounts_are_listed_by_name(graph):
    for name in ("c", "a", "B"):
        add(graph, name)

    assert [account.name for account in find_accounts(graph)] == ["a", "b", "c"]


def test_an_empty_store_counts_nothing_and_a_filled_one_everything(graph):
    assert set(vars_of(count_store(graph)).values()) == {0}

    fill(graph)

    assert count_store(graph) == StoreCounts(
        persons=4,
        venues=3,
        units=2,
        cases=1,
        meetings=2,
        isolations=2,
        batches=1,
        accounts=1,
        visit_days=4,
    )


def vars_of(counts):
    return {name: getattr(counts, name) for name in StoreCounts.__slots__}
