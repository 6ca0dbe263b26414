// alerts/close_alert: an office has done with an alert that it acknowledged; the first time counts.
//
// $alert_id   STRING          which
// $office     STRING          commune, district_health or city_cdc
// $unit_code  STRING          of the office, or null for an office of every unit
// $closed_at  ZONED DATETIME  now
// $closed_by  STRING          the officer's account_id
// $outcome    STRING          what came of it
//
// Returns 0..1 rows:
//   is_acknowledged  BOOLEAN  whether it was acknowledged before, without which nothing is closed
MATCH (alert:Alert {alert_id: $alert_id})-[sent:SENT_TO {office: $office}]->(unit:Unit)
WHERE $unit_code IS NULL OR unit.unit_code = $unit_code
CALL (sent) {
  WITH sent
  WHERE sent.acknowledged_at IS NOT NULL AND sent.closed_at IS NULL
  SET sent.closed_at = $closed_at, sent.closed_by = $closed_by, sent.outcome = $outcome
}
RETURN sent.acknowledged_at IS NOT NULL AS is_acknowledged
ORDER BY unit.unit_code
LIMIT 1