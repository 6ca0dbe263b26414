// quality/find_impossible_gaps: cases whose dates cannot all be right.
//
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
// $days    MAP             of the longest gaps: sample_before_onset, sample_after_onset,
//                          confirmed_after_sample, isolated_before_anchor INTEGER
//
// Returns 1 row:
//   total  INTEGER    how many faults; a case may have several
//   rows   LIST<MAP>  the case last recorded first, then by case_id, then gap: case_id, person_id
//                     STRING; gap STRING, what is wrong; onset_on, sampled_on DATE, confirmed_at,
//                     isolated_at ZONED DATETIME, or null
MATCH
  (person:Person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person, stated, collect(report)[0] AS newest
WHERE newest.classification <> 'discarded'
// A local day in a zone without summer time: seven hours on from UTC.
WITH
  person,
  stated,
  newest,
  duration({hours: 7}) AS local,
  coalesce(newest.onset_on, newest.sampled_on) AS anchor
WITH
  person,
  stated,
  newest,
  anchor,
  date(newest.recorded_at + local) AS recorded_on,
  date(newest.confirmed_at + local) AS confirmed_on,
  date(newest.isolated_at + local) AS isolated_on
UNWIND
  [
    CASE
      WHEN confirmed_on < newest.sampled_on THEN 'confirmed_before_sample'
    END,
    CASE
      WHEN
        newest.onset_on >
        newest.sampled_on + duration({days: $days.sample_before_onset})
        THEN 'sampled_long_before_onset'
    END,
    CASE
      WHEN
        newest.sampled_on >
        newest.onset_on + duration({days: $days.sample_after_onset})
        THEN 'sampled_long_after_onset'
    END,
    CASE
      WHEN
        confirmed_on >
        newest.sampled_on + duration({days: $days.confirmed_after_sample})
        THEN 'confirmed_long_after_sample'
    END,
    CASE
      WHEN
        anchor > isolated_on + duration({days: $days.isolated_before_anchor})
        THEN 'isolated_long_before'
    END,
    CASE
      WHEN
        newest.onset_on > recorded_on OR
        newest.sampled_on > recorded_on OR
        confirmed_on > recorded_on
        THEN 'later_than_its_report'
    END
  ] AS gap
WITH person, stated, newest, gap
WHERE gap IS NOT NULL
ORDER BY newest.recorded_at DESC, stated.case_id, gap
LIMIT toInteger($most)
WITH
  collect({
    case_id: stated.case_id,
    person_id: person.person_id,
    gap: gap,
    onset_on: newest.onset_on,
    sampled_on: newest.sampled_on,
    confirmed_at: newest.confirmed_at,
    isolated_at: newest.isolated_at
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total