"""What travels compressed: long texts, to whoever reads them, unless another site may listen."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp import compression

LONG = "Chợ Bình Tây " * 200
READS = {"Accept-Encoding": "gzip, deflate, br"}
GZIP = {"Content-Encoding": "gzip"}
COOKIE = {"Cookie": "session=x"}
Ask = Callable[..., TestResponse]


@pytest.fixture
def ask() -> Ask:
    """Ask an app that answers with what the test says."""

    def answer_with(response: Callable[[], Response], **headers: str) -> TestResponse:
        app = Flask(__name__)
        app.add_url_rule("/", view_func=response, endpoint="show")
        compression.init_app(app)
        return app.test_client(use_cookies=False).get("/", headers={**READS, **headers})

    return answer_with


@pytest.mark.parametrize(
    ("headers", "is_small"),
    [
        pytest.param({}, True, id="somebody who reads gzip"),
        pytest.param({"Accept-Encoding": "identity"}, False, id="somebody who does not"),
        pytest.param({"Accept-Encoding": "gzip;q=0, br"}, False, id="who refuses it"),
        pytest.param({"Accept-Encoding": ""}, False, id="who does not say"),
        pytest.param({"Sec-Fetch-Site": "none", **COOKIE}, True, id="an address typed or scanned"),
        pytest.param({"Sec-Fetch-Site": "same-origin", **COOKIE}, True, id="a link of ours"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, True, id="a link elsewhere, no cookie"),
        pytest.param({"Sec-Fetch-Site": "cross-site", **COOKIE}, False, id="elsewhere, a cookie"),
        pytest.param({"Sec-Fetch-Site": "same-site", **COOKIE}, False, id="a neighbour, a cookie"),
    ],
)
def test_a_long_text_is_small_for(ask: Ask, headers: dict[str, str], is_small: bool) -> None:
    answer = ask(lambda: Response(LONG, mimetype="text/html"), **headers)

    assert (answer.headers.get("Content-Encoding") == "gzip") == is_small
    assert (gzip.decompress(answer.data) if is_small else answer.data).decode() == LONG
    assert (len(answer.data) < len(LONG) // 10) == is_small
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(lambda: Response("ngắn", mimetype="text/html"), id="a short one"),
        pytest.param(lambda: Response(LONG, mimetype="image/png"), id="a picture"),
        pytest.param(lambda: Response(iter([LONG]), mimetype="text/csv"), id="bit by bit"),
        pytest.param(lambda: Response(LONG, 206, mimetype="text/plain"), id="a part"),
        pytest.param(
            lambda: Response(stream_with_context(iter([LONG])), mimetype="text/html"), id="a stream"
        ),
    ],
)
def test_left_as_it_is(ask: Ask, response: Callable[[], Response]) -> None:
    assert "Content-Encoding" not in ask(response).headers


def test_what_is_compressed_already_is_left(ask: Ask) -> None:
    small = gzip.compress(LONG.encode() * 10)

    answer = ask(lambda: Response(small, mimetype="text/css", headers=GZIP))

    assert answer.data == small


@pytest.mark.parametrize("address", ["/sign-in", "/nowhere"])
def test_pages_of_the_app_are_small_too(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=READS)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "<html" in gzip.decompress(answer.data).decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Accept-Encoding", "Cookie"} <= {one.strip() for one in answer.vary}
