// citizens/get_citizen: what the page of a gate needs to know of whoever stands before it.
//
// $person_id  STRING          who
// $venue_id   STRING          of the gate
// $since      ZONED DATETIME  a stay that began before can no longer be ended
//
// Returns 0..1 rows:
//   person_id    STRING
//   full_name    STRING          or null
//   birth_year   INTEGER         or null
//   declared_at  ZONED DATETIME  or null; of the newest declaration
//   open_since   ZONED DATETIME  or null; the arrival of the newest stay at the venue, or in a zone
//                                of it, whose exit is not known
MATCH (person:Person {person_id: $person_id})
RETURN
  person.person_id AS person_id,
  person.full_name AS full_name,
  person.birth_year AS birth_year,
  head(
    COLLECT {
      MATCH (person)-[:DECLARED]->(declaration:Declaration)
      RETURN declaration.made_at AS made_at
      ORDER BY made_at DESC
      LIMIT 1
    }
  ) AS declared_at,
  head(
    COLLECT {
      MATCH (person)-[visit:VISITED]->(:VenueDay)-[:AT]->(venue:Venue)
      WHERE
        visit.arrived_at >= $since AND
        visit.left_at IS NULL AND
        visit.retracted_at IS NULL AND
        (venue.venue_id = $venue_id OR
          EXISTS {
            MATCH (venue)-[:PART_OF*1..8]->(:Venue {venue_id: $venue_id})
          })
      RETURN visit.arrived_at AS arrived_at
      ORDER BY arrived_at DESC
      LIMIT 1
    }
  ) AS open_since
ORDER BY person_id