"""The web app: pages for citizens and offices over one graph."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from graph.database import Graph
    from graph.tracing import Ready
    from webapp.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(graph: "Graph", settings: "Settings", projection: "Ready | None" = None) -> Flask:
    """Return the app for a graph, the settings of an instance, and the columns for deep traces.

    Raises:
        SettingsFault: debug mode or a weak key, neither of which serves people's records; or a
            file of a token or a password cannot be read.
    """
    # Imported here, so that the command line starts without Flask's extensions.
    from graph.intake import Intake
    from webapp import wiring
    from webapp.configuration import configuration, refuse_unsafe
    from webapp.sealing import open_vault
    from webapp.sending import open_post

    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(configuration(settings))
    refuse_unsafe(app)
    app.extensions.update(graph=graph, settings=settings, projection=projection)
    app.extensions.update(intake=Intake(graph), vault=open_vault(settings))
    app.extensions.update(post=open_post(settings))
    wiring.init_app(app)
    return app
