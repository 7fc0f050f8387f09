"""PostgreSQL 15 of Debian in the place of the embedded server: the fixtures of tests/ then work on it."""

from system.fix_debian import admin, database_url, debian, supabase_url
from system.fix_pooler import pooler
from system.fix_proxy import proxy
from system.fix_reliability import observed, reliability

__all__ = ["admin", "database_url", "debian", "observed", "pooler", "proxy", "reliability", "supabase_url"]
