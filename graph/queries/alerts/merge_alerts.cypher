// alerts/merge_alerts: raise alerts, each once, and send them to the offices of their venue's unit.
//
// The unit is the one that stands on the day for the one that the venue was listed in: after a
// reform that is the main heir of an older one, and where districts are gone nobody is asked there.
//
// $rows     LIST<MAP>       by alert_id, each once: alert_id, person_id, venue_id, reason STRING;
//                           raised_at ZONED DATETIME; visit_id, raised_by, note STRING or null
// $sent_at  ZONED DATETIME  when they reach the offices
// $day      DATE            the local day of that
// $city     STRING          the city's unit_code: its CDC stands in where an office is missing
//
// Returns 0..n rows, by alert_id, one for each alert that is new:
//   alert_id  STRING  of that alert
UNWIND $rows AS row
OPTIONAL MATCH (stored:Alert {alert_id: row.alert_id})
WITH row, stored IS NOT NULL AS is_stored
WHERE NOT is_stored
OPTIONAL MATCH (venue:Venue {venue_id: row.venue_id})
CALL (venue) {
  // A zone is in the unit of the nearest venue around it that has one.
  OPTIONAL MATCH inside = (venue)-[:PART_OF*0..8]->(listed:Venue)-[told:IN]->(named:Unit)
  RETURN named, coalesce(told.recorded_at, listed.recorded_at) AS listed_at
  ORDER BY length(inside), named.unit_code
  LIMIT 1
}
CALL (named, listed_at) {
  // Which of the units that had the code: the one of the day on which the venue was listed.
  OPTIONAL MATCH (named)-[:STOOD_AS]->(term:UnitTerm)
  WHERE term.valid_from <= date(listed_at + duration({hours: 7}))
  RETURN max(term.valid_from) AS began_on
}
CALL (named, began_on) {
  OPTIONAL MATCH path = (named)-[steps:SUCCEEDED_BY*0..6]->(unit:Unit)
  WHERE
    all(step IN steps WHERE step.is_main AND step.effective_on <= $day) AND
    (began_on IS NULL OR all(step IN steps WHERE step.effective_on > began_on)) AND
    all(
      place IN range(1, size(steps) - 1)
      WHERE steps[place - 1].effective_on < steps[place].effective_on
    )
  RETURN unit
  ORDER BY length(path) DESC, unit.unit_code
  LIMIT 1
}
CALL (unit) {
  OPTIONAL MATCH (unit)-[:STOOD_AS]->(term:UnitTerm)
  WHERE
    term.valid_from <= $day AND
    (term.valid_until IS NULL OR term.valid_until > $day)
  OPTIONAL MATCH (term)-[:PART_OF]->(parent:Unit)
  OPTIONAL MATCH (parent)-[:STOOD_AS]->(above:UnitTerm)
  WHERE
    above.valid_from <= $day AND
    (above.valid_until IS NULL OR above.valid_until > $day)
  RETURN
    term.level AS level,
    parent,
    above.level AS parent_level,
    term IS NULL AND EXISTS { (unit)-[:STOOD_AS]->(:UnitTerm) } AS has_ended
  ORDER BY term.valid_from DESC, above.valid_from DESC
  LIMIT 1
}
WITH
  row,
  CASE
    WHEN unit IS NULL OR has_ended THEN [{office: 'city_cdc', unit_code: $city}]
    WHEN level = 'city' THEN [{office: 'city_cdc', unit_code: unit.unit_code}]
    WHEN level = 'district' THEN
      [
        {office: 'district_health', unit_code: unit.unit_code},
        {office: 'city_cdc', unit_code: coalesce(parent.unit_code, $city)}
      ]
    WHEN parent IS NULL THEN
      [
        {office: 'commune', unit_code: unit.unit_code},
        {office: 'city_cdc', unit_code: $city}
      ]
    WHEN parent_level = 'city' THEN
      [
        {office: 'commune', unit_code: unit.unit_code},
        {office: 'city_cdc', unit_code: parent.unit_code}
      ]
    ELSE
      [
        {office: 'commune', unit_code: unit.unit_code},
        {office: 'district_health', unit_code: parent.unit_code}
      ]
  END AS offices
MERGE (alert:Alert {alert_id: row.alert_id})
  ON CREATE SET
    alert.raised_at = row.raised_at,
    alert.reason = row.reason,
    alert.visit_id = row.visit_id,
    alert.raised_by = row.raised_by,
    alert.note = row.note
MERGE (person:Person {person_id: row.person_id})
MERGE (alert)-[:ABOUT]->(person)
MERGE (where:Venue {venue_id: row.venue_id})
  ON CREATE SET where.category = 'unknown'
MERGE (alert)-[:AT]->(where)
WITH row, alert, offices
UNWIND offices AS office
MERGE (unit:Unit {unit_code: office.unit_code})
MERGE (alert)-[sent:SENT_TO {office: office.office}]->(unit)
  ON CREATE SET sent.sent_at = $sent_at
RETURN DISTINCT row.alert_id AS alert_id
ORDER BY alert_id