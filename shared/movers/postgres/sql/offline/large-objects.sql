-- A page of large objects in the order of their ids, each with the beginning of its content.
-- $1 bigint: ids after this one, $2 bigint: to this one, $3 int: how many, $4 int: bytes of each.
SELECT m.oid AS id,
       pg_get_userbyid(m.lomowner) AS owner,
       lo_get(m.oid, 0, $4) AS content,
       obj_description(m.oid, 'pg_largeobject') AS comment,
       COALESCE((
         SELECT jsonb_agg(jsonb_build_object(
           'role', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
           'privilege', a.privilege_type,
           'grantable', a.is_grantable
         ))
         FROM aclexplode(m.lomacl) a
         WHERE a.grantee <> m.lomowner
       ), '[]') AS grants
FROM pg_largeobject_metadata m
WHERE m.oid::bigint > $1 AND m.oid::bigint <= $2
ORDER BY m.oid
LIMIT $3;
