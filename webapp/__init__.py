"""The web app: pages for citizens and offices over one graph."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from graph.database import Graph
    from webapp.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(graph: "Graph", settings: "Settings") -> Flask:
    """Return the app for a graph and the settings of an instance.

    Raises:
        SettingsFault: debug mode or a weak key; neither serves people's records.
    """
    # Imported here, so that the command line starts without Flask's extensions.
    from webapp import wiring
    from webapp.configuration import configuration, refuse_unsafe

    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(configuration(settings))
    refuse_unsafe(app)
    app.extensions.update(graph=graph, settings=settings)
    wiring.init_app(app)
    return app
