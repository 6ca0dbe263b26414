// alerts/acknowledge_alert: an office has seen an alert; the first time counts.
//
// $alert_id         STRING          which
// $office           STRING          commune, district_health or city_cdc
// $unit_code        STRING          of the office, or null for an office of every unit
// $acknowledged_at  ZONED DATETIME  now
// $acknowledged_by  STRING          the officer's account_id
//
// Returns 0..1 rows:
//   alert_id  STRING  of the alert, if it was sent to this office
MATCH (alert:Alert {alert_id: $alert_id})-[sent:SENT_TO {office: $office}]->(unit:Unit)
WHERE $unit_code IS NULL OR unit.unit_code = $unit_code
SET
  sent.acknowledged_by =
    CASE
      WHEN sent.acknowledged_at IS NULL THEN $acknowledged_by
      ELSE sent.acknowledged_by
    END,
  sent.acknowledged_at = coalesce(sent.acknowledged_at, $acknowledged_at)
RETURN DISTINCT alert.alert_id AS alert_id
ORDER BY alert_id