"""What is asked of PostgreSQL's catalogs, from version 12 on.

Each query of privileges gives grantee (null is PUBLIC), what it is about, its schema, its name, the privilege, and
whether it can be granted on. What an owner has of its own object is left out but for that it owns it; so is what every
server gives by itself: privileges on the system's own objects that initdb made (`pg_init_privs`, which does not
speak of information_schema), and roles `pg_…` among themselves.
Source: https://www.postgresql.org/docs/current/catalogs.html, and functions-info.html for `aclexplode`, `acldefault`
"""

ROLES = """
SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname
"""

MEMBERS = """
SELECT r.rolname, m.rolname, bool_or(a.admin_option)
FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
WHERE m.rolname !~ '^pg_' GROUP BY 1, 2 ORDER BY 1, 2
"""

DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname"

_DATABASE = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'DATABASE', NULL, d.datname, a.privilege_type, a.is_grantable
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
WHERE a.grantee <> d.datdba AND NOT d.datistemplate
UNION ALL
SELECT r.rolname, 'DATABASE', NULL, d.datname, 'OWNERSHIP', false
FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE NOT d.datistemplate
"""

_SCHEMA = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'SCHEMA', NULL, n.nspname, a.privilege_type, a.is_grantable
FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
WHERE a.grantee <> n.nspowner AND n.nspname !~ '^pg_(temp|toast)'
  AND NOT (n.nspname = 'information_schema' AND a.grantee = 0 AND a.privilege_type = 'USAGE') AND NOT EXISTS (
  SELECT FROM pg_init_privs i, aclexplode(i.initprivs) b
  WHERE i.objoid = n.oid AND i.classoid = 'pg_namespace'::regclass AND i.objsubid = 0
  AND (n.nspname ~ '^pg_' OR n.nspname = 'information_schema')
  AND b.grantee = a.grantee AND b.privilege_type = a.privilege_type)
UNION ALL
SELECT r.rolname, 'SCHEMA', NULL, n.nspname, 'OWNERSHIP', false
FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
WHERE NOT (n.nspname ~ '^pg_' OR n.nspname = 'information_schema') AND r.rolname !~ '^pg_'
"""

_RELATION = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname,
  a.privilege_type, a.is_grantable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
  aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee <> c.relowner
  AND NOT (n.nspname = 'information_schema' AND a.grantee = 0 AND a.privilege_type = 'SELECT') AND NOT EXISTS (
  SELECT FROM pg_init_privs i, aclexplode(i.initprivs) b
  WHERE i.objoid = c.oid AND i.classoid = 'pg_class'::regclass AND i.objsubid = 0
  AND b.grantee = a.grantee AND b.privilege_type = a.privilege_type)
UNION ALL
SELECT r.rolname, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname, 'OWNERSHIP', false
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT (n.nspname ~ '^pg_' OR n.nspname = 'information_schema')
"""

_COLUMN = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'COLUMN', n.nspname, c.relname || '.' || t.attname, a.privilege_type, a.is_grantable
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
  aclexplode(t.attacl) a
WHERE a.grantee <> c.relowner AND NOT t.attisdropped AND NOT EXISTS (
  SELECT FROM pg_init_privs i, aclexplode(i.initprivs) b
  WHERE i.objoid = c.oid AND i.classoid = 'pg_class'::regclass AND i.objsubid = t.attnum
  AND b.grantee = a.grantee AND b.privilege_type = a.privilege_type)
"""

_FUNCTION = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'FUNCTION', n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  a.privilege_type, a.is_grantable
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
  aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
WHERE a.grantee <> p.proowner AND NOT (n.nspname ~ '^pg_' OR n.nspname = 'information_schema')
  AND (p.prosecdef OR p.proacl IS NOT NULL)
"""
"""Everybody may call a function by default, which gives nothing unless it runs with the rights of its owner."""

_DEFAULT = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'DEFAULT', n.nspname, 'of ' || o.rolname || ' on ' || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES'
  WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'OBJECTS' END,
  a.privilege_type, a.is_grantable
FROM pg_default_acl d JOIN pg_roles o ON o.oid = d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
  aclexplode(d.defaclacl) a
WHERE a.grantee <> d.defaclrole
"""

_SERVER = """
SELECT (SELECT rolname FROM pg_roles WHERE oid = a.grantee),
  'FOREIGN SERVER', NULL, s.srvname, a.privilege_type, a.is_grantable
FROM pg_foreign_server s, aclexplode(s.srvacl) a WHERE a.grantee <> s.srvowner
"""

SHARED = (_DATABASE,)
OWN = (_SCHEMA, _RELATION, _COLUMN, _FUNCTION, _DEFAULT, _SERVER)

NOUNS = {"DEFAULT": "what will be made", "FOREIGN SERVER": "foreign servers"}
