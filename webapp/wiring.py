"""The parts of the app, put together: what happens before and after a view, and the pages."""

from flask import Flask

from webapp import (
    accounts,
    addresses,
    assets,
    batches,
    cases,
    checkins,
    errors,
    formats,
    forms,
    headers,
    health,
    home,
    languages,
    people,
    policy,
    qr,
    sessions,
    throttle,
    traces,
    venues,
    words,
)

# In this order before a view: whose session it is and what the policy says, then how often.
PARTS = (
    addresses,
    assets,
    formats,
    headers,
    languages,
    words,
    sessions,
    policy,
    throttle,
    forms,
    errors,
)
PAGES = (
    accounts,
    batches,
    cases,
    checkins,
    health,
    home,
    languages,
    people,
    qr,
    sessions,
    traces,
    venues,
)


def init_app(app: Flask) -> None:
    """Wire everything."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for part in PARTS:
        part.init_app(app)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
