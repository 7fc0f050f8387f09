"""PostgreSQL 15 of Debian in the place of the embedded server: the fixtures of tests/ then work on it."""

from system.fix_browser import browser
from system.fix_debian import admin, database_url, debian, supabase_url
from system.fix_disk import disk, pytest_collection_modifyitems
from system.fix_faults import bank
from system.fix_pooler import pooler
from system.fix_proxy import proxy
from system.fix_reliability import observed, reliability

__all__ = [
    "admin",
    "bank",
    "browser",
    "database_url",
    "debian",
    "disk",
    "observed",
    "pooler",
    "proxy",
    "pytest_collection_modifyitems",
    "reliability",
    "supabase_url",
]
