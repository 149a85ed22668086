-- What a fence of this database changes, as it is now. Read-only defaults: of the database (role null) and of every role whose own
-- would count for more; in_database tells where it is set. Who may connect: by grants to others than the role that asks.
SELECT current_database() AS database,
       session_user AS "ourRole",
       pg_get_userbyid(d.datdba) AS owner,
       (SELECT COALESCE(jsonb_agg(jsonb_build_object('role', r.rolname, 'value', mine.value)), '[]')
        FROM (
          SELECT DISTINCT s.setrole FROM pg_db_role_setting s, unnest(s.setconfig) AS line
          WHERE (s.setdatabase = d.oid OR s.setdatabase = 0) AND s.setrole <> 0 AND line ~ '^default_transaction_read_only='
          UNION SELECT 0
        ) asked
        LEFT JOIN pg_roles r ON r.oid = asked.setrole
        LEFT JOIN LATERAL (
          SELECT split_part(line, '=', 2) AS value FROM pg_db_role_setting s, unnest(s.setconfig) AS line
          WHERE s.setdatabase = d.oid AND s.setrole = asked.setrole AND line ~ '^default_transaction_read_only='
        ) mine ON true
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
