"""The app over the real store, and visitors of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from graph.database import Graph
from graph.intake.committing import plan
from graph.units import forget, unit_tree
from graph.venues import get_gate
from tests.emptying import empty
from tests.webapp.outbreak import PASSWORD, store_accounts, store_outbreak
from webapp import create_app, current
from webapp.consent import consent_in_force, hash_of
from webapp.doors import printed_code
from webapp.settings import Settings

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="session")
def web_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the web app: its secret key is made there."""
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def outbreak(store: Graph) -> Iterator[Graph]:
    """A store with the outbreak and one account a role, once for a file of tests.

    Its tests add to it under ids of their own and change nothing that others read.
    """
    empty(store)
    store_accounts(store)
    store_outbreak(store)
    plan(store)
    yield store
    empty(store)


@pytest.fixture
def questions(outbreak: Graph) -> Iterator[list[str]]:
    """The names of the queries asked during a test, in order."""
    names: list[str] = []
    # Units are kept for a minute, which none of these tests lasts.
    forget(outbreak)
    unit_tree(outbreak)
    outbreak.recorder = names.append
    yield names
    outbreak.recorder = None


@pytest.fixture
def make_app(web_home: Path) -> Iterator[Callable[..., Flask]]:
    """Make an app over a store, with some settings changed."""
    made: list[Flask] = []

    def make(store: Graph, **environment: Any) -> Flask:
        app = create_app(store, Settings(TRUYVET_HOME=web_home, **environment))
        # Each app would compile each of its templates anew.
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(web_home))
        # A machine that runs many tests at once is no store that is away.
        app.extensions["intake"].seconds = 60
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["intake"].close()


@pytest.fixture
def app(make_app: Callable[..., Flask], outbreak: Graph) -> Flask:
    """The app over the outbreak; its limits count from nothing."""
    return make_app(outbreak)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Sign somebody in by the form, in a browser of their own."""

    def enter(role: str) -> FlaskClient:
        visitor = app.test_client()
        response = send(visitor, "/sign-in", name=role, password=PASSWORD)
        assert response.status_code == 303
        return visitor

    return enter


#: What somebody healthy types who checks in for the first time.
NEWCOMER = {
    "filled": "newcomer",
    "full_name": "Lê An",
    "birth": "1990",
    "sex": "female",
    "phone": "0912 345 678",
    "no_signs": "yes",
    "consent": hash_of(consent_in_force().vi),
}


def door_of(app: Flask, gate_code: str) -> str:
    """Return the address in the code that is printed for a gate now."""
    with app.app_context():
        return f"/c/{printed_code(get_gate(current.graph(), gate_code))}"


def send(
    visitor: FlaskClient, address: str, *, page: str | None = None, **fields: Any
) -> TestResponse:
    """Open the page of a form, fill it in and send it, its token with it."""
    opened = visitor.get(page or address).text
    found = TOKEN.search(opened)
    assert found, "the page has no form with a token"
    return visitor.post(address, data={"csrf_token": found.group(1), **fields})
