-- What a fence of this database changes, as it is now: the read-only default that was set for it (null: none), who may connect by a
-- grant to others than the role that asks, and whether that role could connect only by these.
SELECT current_database() AS database,
       session_user AS "ourRole",
       (SELECT split_part(line, '=', 2) FROM pg_db_role_setting s, unnest(s.setconfig) AS line
        WHERE s.setdatabase = d.oid AND s.setrole = 0 AND line ~ '^default_transaction_read_only='
       ) AS "readOnly",
       (SELECT COALESCE(jsonb_agg(jsonb_build_object(
          'role', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END, 'grantable', a.is_grantable)), '[]')
        FROM aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a
        WHERE a.privilege_type = 'CONNECT' AND a.grantee <> session_user::regrole
       ) AS connect,
       NOT EXISTS (
         SELECT FROM aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a
         WHERE a.privilege_type = 'CONNECT' AND a.grantee = session_user::regrole
       ) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AS "needsConnect"
FROM pg_database d
WHERE d.datname = current_database();
