#!/usr/bin/env python3
"""Write graph/neo4j.lock.toml: every jar of one Neo4j release, with its size and sha256.

    .venv/bin/python scripts/lock_jars.py 2026.09.0

The set is what Maven itself resolves for org.neo4j:neo4j; jgo fetches it into a folder that is
removed again, so nothing that lies about on this machine can slip into the lock.
"""

import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.maven import Artifact, MavenContext

TARGET = Path(__file__).parent.parent / "graph" / "neo4j.lock.toml"
HEADER = """\
# The jars of Neo4j Community. Written by scripts/lock_jars.py, read by graph/server/jars.py.
version = "{version}"
jars = [
"""


def lock_line(artifact: Artifact) -> str:
    """Fetch one jar and return its line of the lock."""
    content = artifact.resolve().read_bytes()
    values = {
        "group": artifact.groupId,
        "artifact": artifact.artifactId,
        "version": artifact.version,
        "classifier": artifact.classifier,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    written = ", ".join(f'{key} = "{value}"' for key, value in values.items() if value)
    return f"  {{ {written}, size = {len(content)} }},\n"


def main(version: str) -> None:
    """Resolve one release and write its lock."""
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        # The mark ! says: as the release's own POM has it, without jgo's dependency management.
        wanted = context.create_dependency(f"org.neo4j:neo4j:{version}!")
        inputs, others = context.resolver.resolve([wanted])
        artifacts = {found.artifact.key: found.artifact for found in inputs + others}
        with ThreadPoolExecutor(8) as threads:
            lines = sorted(threads.map(lock_line, artifacts.values()))
    TARGET.write_text(HEADER.format(version=version) + "".join(lines) + "]\n", encoding="utf-8")
    print(f"{TARGET}: {len(lines)} jars")


if __name__ == "__main__":
    main(*sys.argv[1:])
