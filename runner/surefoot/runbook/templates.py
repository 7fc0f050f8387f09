"""The SQL of the scripts, from the files beside this one, with what is the project's own filled in."""

from __future__ import annotations

from functools import cache
from importlib import resources

from surefoot.catalog import KEPT, keep_fingerprint
from surefoot.entries import Entries, Expression
from surefoot.guards import NOISE_MS, NOT_THERE
from surefoot.ledger import BROKEN, ONE_MAKER
from surefoot.ledger_ddl import LEDGER_VERSION, ledger_ddl
from surefoot.lock import END_LEASE, HOLDER, KEEPALIVES, LONGEST_WAIT_SECONDS, LOOK_AT_LEASE
from surefoot.operations.verify import INVALID_INDEXES
from surefoot.piecewise import BUILDING
from surefoot.resume import INVALID
from surefoot.runbook.psqltext import argument, dollar_quoted, literal

RUN = Expression(":'run'")
LAST_ID = Expression("current_setting('surefoot.last_id')::bigint")
__all__ = ["KEPT", "LAST_ID", "Frame", "macro"]


@cache
def _text(name: str) -> str:
    return resources.files("surefoot.runbook").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _filled(name: str, **values: str) -> str:
    text = _text(name)
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def macro(name: str, text: str) -> str:
    """Keep a text in a variable of psql, to be said again as `:name`."""
    return f"SELECT {dollar_quoted(text.rstrip().removesuffix(';'), 'macro')} AS {name} \\gset\n"


class Frame:
    """What stands around the migrations: for the ledger in one schema, and its lock."""

    def __init__(self, schema: str, key: int) -> None:
        self.schema = f'"{schema}"'
        self.plain_schema = schema
        self.key = key
        self.entries = Entries(self.schema, literal)

    def opening(self) -> str:
        """Write what makes psql behave as the script needs it, whatever its user has set."""
        return _filled("opening", lock_wait=f"{LONGEST_WAIT_SECONDS:.0f}")

    def lock(self) -> str:
        """Write how the lock is taken, and what the session keeps from one migration to the next."""
        lease = f"{self.schema}.lease"
        return _filled(
            "lock",
            key=str(self.key),
            lease=literal(lease),
            look_at_lease=literal(LOOK_AT_LEASE.format(lease).strip()),
            end_lease=literal(END_LEASE.format(lease)),
            holder=(HOLDER % self.key).strip(),
        ) + "".join(f"{statement};\n" for statement in self.session())

    def session(self) -> tuple[str, ...]:
        """Give the statements that set what the session keeps."""
        return (*KEEPALIVES, "SET client_min_messages = :'messages'", f"SET surefoot.run = {RUN}")

    def ledger_check(self, *, may_be_missing: bool) -> str:
        """Write the block that refuses a ledger of another version, or none."""
        return _filled(
            "ledger_version",
            ledger=literal(f"{self.schema}.ledger"),
            version_function=literal(f"{self.schema}.version()"),
            ask_version=literal(f"SELECT {self.schema}.version()"),
            schema=literal(self.schema),
            accepted=f"0, {LEDGER_VERSION}" if may_be_missing else str(LEDGER_VERSION),
            version=str(LEDGER_VERSION),
        )

    def making_ledger(self) -> str:
        """Write how the ledger is made, where there is none."""
        return (
            f"SELECT to_regclass({literal(f'{self.schema}.ledger')}) IS NULL AS is_new \\gset\n"
            "\\if :is_new\n\\echo '  making the ledger'\n"
            f"BEGIN;\nSET LOCAL client_min_messages = warning;\n{ONE_MAKER} AS made \\gset\n"
            f"{ledger_ddl(self.plain_schema)}\nCOMMIT;\n\\endif\n"
        )

    def problems(self) -> str:
        """Write the query for all that does not fit, of the kinds that `surefoot.plan` names."""
        invalid = INVALID_INDEXES.strip()
        return _filled(
            "problems", schema=self.schema, broken=BROKEN.format(schema=self.schema).strip(), invalid_indexes=invalid
        )

    def state(self, plan: str) -> str:
        """Write the block that refuses a ledger which does not fit the files."""
        return _filled("state", plan=dollar_quoted(plan, "plan"), problems=self.problems())

    def all_problems(self) -> str:
        """Write the block that names all that does not fit."""
        return _filled("all_problems", problems=self.problems())

    def verdict(self, said: str) -> str:
        """Write the end of verify.sql: its status, or what it `said` when all holds."""
        return _filled("verdict", schema=self.schema, said=argument(said))

    def look_forward(self, number: int, before: int) -> str:
        """Write how it is seen whether a migration is applied, or else is the next after those `before` it."""
        return _filled("look_forward", schema=self.schema, number=str(number), before=str(before))

    def look_back(self, number: int, checksum: str) -> str:
        """Write how it is seen whether a migration is to be undone, is the newest, and has the same rollback file."""
        return _filled("look_back", schema=self.schema, number=str(number), checksum=literal(checksum))

    def fence(self) -> str:
        """Write the block that begins a migration's transaction: it is this run's turn, and the same session."""
        call = self.entries.fence(self.key, LAST_ID).removeprefix("SELECT ")
        return _filled("fence", fence=call)

    def check(self) -> str:
        """Write the block that asks the check in `surefoot.asked` and `surefoot.query`."""
        return _text("check")

    def measure(self) -> str:
        """Write the block that measures the guard in `surefoot.guard` and `surefoot.query`."""
        return _filled("measure", not_there=" OR ".join(f"SQLSTATE '{state}'" for state in NOT_THERE))

    def judge(self) -> str:
        """Write the block that compares its median with the one in `surefoot.before`."""
        return _filled("judge", noise=str(NOISE_MS))

    def resume(self) -> str:
        """Write the block that refuses to resume a file whose done statements are not the same any more."""
        return _filled("resume", schema=self.schema)

    def invalid(self) -> str:
        """Write the block that refuses indexes which were left invalid."""
        return _filled("invalid", invalid=INVALID.strip())

    def builder(self, table: str) -> str:
        """Write the block that waits while another session builds an index on a table."""
        return _filled("builder", building=(BUILDING % literal(table)).strip())

    def fingerprint(self) -> str:
        """Write the statements that compute the fingerprint of the schema for the last row."""
        return ";\n".join(keep_fingerprint(self.plain_schema)) + ";\n"
