// alerts/merge_alerts: raise alerts, each once, and send them to the offices of their venue's unit.
//
// $rows     LIST<MAP>       by alert_id, each once: alert_id, person_id, venue_id, reason STRING;
//                           raised_at ZONED DATETIME; visit_id, raised_by, note STRING or null
// $sent_at  ZONED DATETIME  when they reach the offices
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
  OPTIONAL MATCH inside = (venue)-[:PART_OF*0..8]->(:Venue)-[:IN]->(unit:Unit)
  RETURN unit
  ORDER BY length(inside), unit.unit_code
  LIMIT 1
}
CALL (unit) {
  OPTIONAL MATCH (unit)-[:PART_OF]->(parent:Unit)
  RETURN parent
  ORDER BY parent.unit_code
  LIMIT 1
}
WITH
  row,
  CASE
    WHEN unit IS NULL THEN [{office: 'city_cdc', unit_code: $city}]
    WHEN unit.level = 'city' THEN [{office: 'city_cdc', unit_code: unit.unit_code}]
    WHEN unit.level = 'district' THEN
      [
        {office: 'district_health', unit_code: unit.unit_code},
        {office: 'city_cdc', unit_code: coalesce(parent.unit_code, $city)}
      ]
    WHEN parent IS NULL THEN
      [
        {office: 'commune', unit_code: unit.unit_code},
        {office: 'city_cdc', unit_code: $city}
      ]
    WHEN parent.level = 'city' THEN
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