// alerts/escalate_alert: send an alert to the city CDC too, once; again changes nothing.
//
// $alert_id  STRING          which
// $city      STRING          the city's unit_code
// $before    ZONED DATETIME  an office that had it before then and is silent makes it overdue
// $sent_at   ZONED DATETIME  now
//
// Returns 0..1 rows:
//   alert_id  STRING  of the alert, if it is overdue or was sent there before
MATCH (alert:Alert {alert_id: $alert_id})
WHERE
  EXISTS {
    MATCH (alert)-[sent:SENT_TO]->(:Unit)
    WHERE
      sent.office = 'city_cdc' OR
      (sent.sent_at <= $before AND sent.acknowledged_at IS NULL)
  }
CALL (alert) {
  WITH alert
  WHERE
    NOT EXISTS {
      MATCH (alert)-[:SENT_TO {office: 'city_cdc'}]->(:Unit)
    }
  MERGE (unit:Unit {unit_code: $city})
  MERGE (alert)-[sent:SENT_TO {office: 'city_cdc'}]->(unit)
    ON CREATE SET sent.sent_at = $sent_at
}
RETURN alert.alert_id AS alert_id
ORDER BY alert_id