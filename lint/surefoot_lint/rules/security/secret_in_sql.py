"""A file holds a secret: a password, a private key, a token of a service.

It stays in the repository and in every clone of it for ever, and comes into logs: PostgreSQL writes the text of
statements to its own when they fail, or when log_statement says so. A hash of a password is one too: the server takes
an md5 hash in place of it, and any can be tried out at leisure.

Make roles without a password, and set it outside of migrations, such as by `\\password` of psql or from a store of
secrets. What stands here once is known: change it. Reports show stars in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.changing import Change
from surefoot_lint.errors import Place
from surefoot_lint.facts import Facts
from surefoot_lint.fileset import SqlFile, Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.pieces import Statement
from surefoot_lint.rule import rule
from surefoot_lint.secret import Secret, keys_in, masked, passwords_in

BAD = {
    "001_add_feeder.sql": "CREATE ROLE example_cat_feeder LOGIN PASSWORD 'nine lives'; -- ← SE206",
    "rollback_001.sql": "DROP ROLE IF EXISTS example_cat_feeder;",
}
GOOD = {
    "001_add_feeder.sql": """\
SET LOCAL lock_timeout = '5s';
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'example_cat_feeder') THEN
        CREATE ROLE example_cat_feeder LOGIN;
    END IF;
END
$$;
""",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP ROLE IF EXISTS example_cat_feeder;",
}
USER_MAPPING = re.compile(r"(?:create|alter)\s+user\s+mapping\b", re.IGNORECASE)


@rule("SE206", "secret-in-sql", Level.ERROR)
def secret_in_sql(unit: Unit) -> Iterator[Found]:
    """Find secrets by their shape, in whatever statement; passwords in those about roles and user mappings."""
    for file in unit.files:
        for facts in file.facts:
            text = facts.statement.text
            for secret in (*(passwords_in(text) if _sets_password(facts) else ()), *keys_in(text)):
                message = f"the file holds {secret.what}"
                advice = "set it outside of migrations, and change it now: this one is known"
                yield Found(_place(file, facts.statement, secret), message, file.shown, advice)


def _sets_password(facts: Facts) -> bool:
    is_set = (isinstance(one, Change) and one.aspect == "password" and one.value for one in facts.actions)
    return any(is_set) or USER_MAPPING.match(facts.statement.text) is not None


def _place(file: SqlFile, statement: Statement, secret: Secret) -> Place:
    """Say where it stands, with its line as far as it belongs to the statement, without any secret."""
    line, column = statement.locate(secret.start + 1)
    lines = masked(statement.text).split("\n")
    number = min(line - statement.line, len(lines) - 1)
    indent = " " * (statement.column - 1) if number == 0 else ""
    return Place(file.shown, line, column, indent + lines[number])
