"""The parts of the app, put together: what happens before and after a view, and the pages."""

from flask import Flask

from webapp import (
    accounts,
    addresses,
    assets,
    batches,
    cases,
    checkins,
    clusters,
    errors,
    formats,
    forms,
    headers,
    health,
    home,
    languages,
    paths,
    people,
    policy,
    qr,
    quality,
    saved_traces,
    sessions,
    sources,
    throttle,
    traces,
    venues,
    words,
    worklists,
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
    saved_traces,
    sessions,
    traces,
    venues,
    worklists,
    quality,
    sources,
    paths,
    clusters,
)


def init_app(app: Flask) -> None:
    """Wire everything."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for part in PARTS:
        part.init_app(app)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
