"""The personal QR code of somebody: a random id that tells nothing, kept sealed (R162).

It is shown to gates, which note a visit by it; it never opens a record (R203).
"""

from graph.identifiers import PERSONAL_CODE, find_identifiers_of, merge_identifiers
from webapp import current
from webapp.arrivals import sealed_identifier
from webapp.codes import new_personal_id
from webapp.doors import reader

SOURCE = "self"


def personal_address(person_id: str) -> str:
    """Return the address in somebody's code; it is made when it is first asked for, for good."""
    graph, vault = current.graph(), current.vault()
    for known in find_identifiers_of(graph, person_id):
        if known.scheme == PERSONAL_CODE:
            random_id = vault.open(known.sealed, PERSONAL_CODE, known.blind_index)
            break
    else:
        random_id = new_personal_id()
        row = sealed_identifier(PERSONAL_CODE, random_id)
        merge_identifiers(graph, [{**row, "person_id": person_id, "source": SOURCE}])
    return f"{current.settings().address}/p/{reader().personal_code(random_id)}"
