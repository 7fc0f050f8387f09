"""The SQL that makes the ledger, for a given schema; needs no driver, so that it can always be printed."""

from __future__ import annotations

from importlib import resources

LEDGER_VERSION = 3


def ledger_ddl(schema: str) -> str:
    """Give the DDL of the ledger for a schema, whose name is a plain identifier as the manifest has it."""
    text = resources.files("surefoot").joinpath("ledger.sql").read_text(encoding="utf-8")
    return text.replace(':"schema"', f'"{schema}"')


def grants(schema: str, role: str) -> str:
    """Give the grants that let a role use a ledger which another role made."""
    quoted = '"' + role.replace('"', '""') + '"'
    return (
        f'GRANT USAGE ON SCHEMA "{schema}" TO {quoted};\n'
        f'GRANT SELECT, INSERT ON "{schema}".ledger TO {quoted};\n'
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{schema}".progress TO {quoted};\n'
        f'GRANT SELECT, UPDATE ON "{schema}".lease TO {quoted};\n'
        f'GRANT SELECT ON "{schema}".applied TO {quoted};\n'
        f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "{schema}" TO {quoted};\n'
    )
