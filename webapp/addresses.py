"""Addresses: those that a redirect may lead to, and this page's own with something changed."""

from typing import Any

from flask import Flask, request, url_for


def own_address(wanted: str | None) -> str:
    """Return the wanted address if it is a path of this app, else the start page.

    Browsers read `//host`, `/\\host` and addresses with control characters as other
    hosts', so they are not followed.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return url_for("home.show")
    if "\\" in wanted or not wanted.isprintable():
        return url_for("home.show")
    return wanted


def address(**changes: Any) -> str:
    """Return this page's address with some of its filters changed; None takes one away."""
    kept = {**request.args.to_dict(), **changes}
    values = {key: value for key, value in kept.items() if value not in (None, "")}
    return url_for(request.endpoint or "home.show", **(request.view_args or {}), **values)


def init_app(app: Flask) -> None:
    """Give templates `address`."""
    app.add_template_global(address)
