"""The parts of the app, put together: what happens before and after a view, and the pages."""

from flask import Flask

from webapp import (
    about,
    accounts,
    addresses,
    alerts,
    api,
    assets,
    batches,
    cases,
    checkins,
    clusters,
    compression,
    corrections,
    doors,
    errors,
    formats,
    forms,
    gate,
    headers,
    health,
    home,
    installable,
    languages,
    lists,
    mine,
    modules,
    paths,
    people,
    policy,
    posters,
    qr,
    quality,
    register,
    registrations,
    saved_traces,
    scanning,
    sessions,
    sources,
    throttle,
    traces,
    units,
    venues,
    words,
    worklists,
)

# In this order before a view: whose session it is and what the policy says, then how often.
PARTS = (
    addresses,
    assets,
    modules,
    compression,
    formats,
    units,
    doors,
    headers,
    languages,
    words,
    sessions,
    policy,
    throttle,
    lists,
    forms,
    errors,
)
PAGES = (
    about,
    accounts,
    alerts,
    api,
    batches,
    cases,
    checkins,
    corrections,
    gate,
    health,
    home,
    installable,
    languages,
    lists,
    mine,
    modules,
    people,
    qr,
    posters,
    register,
    registrations,
    saved_traces,
    scanning,
    sessions,
    traces,
    units,
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
