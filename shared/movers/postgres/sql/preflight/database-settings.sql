-- Returns role ('' for every role), setting (name=value): what ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET left.
SELECT COALESCE(r.rolname, '')::text AS role, setting
FROM pg_db_role_setting s
JOIN pg_database d ON d.oid = s.setdatabase
LEFT JOIN pg_roles r ON r.oid = s.setrole
CROSS JOIN LATERAL unnest(s.setconfig) AS setting
WHERE d.datname = current_database()
ORDER BY 1, 2
