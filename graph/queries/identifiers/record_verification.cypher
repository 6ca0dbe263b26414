// identifiers/record_verification: a person has shown to hold what identifies them.
//
// $person_id    STRING          who
// $scheme       STRING          as phone
// $blind_index  STRING          which of them
// $verified_at  ZONED DATETIME  when it was shown
//
// Returns 0..1 rows, none where the person is not linked with it; the first time stays:
//   verified_at  ZONED DATETIME  since when it is known
MATCH
  (:Person {person_id: $person_id})-[link:IDENTIFIED_BY]->
  (:Identifier {scheme: $scheme, blind_index: $blind_index})
SET link.verified_at = coalesce(link.verified_at, $verified_at)
RETURN link.verified_at AS verified_at
ORDER BY verified_at