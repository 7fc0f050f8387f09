"""A role becomes a superuser or as good as one, or ALTER SYSTEM changes the whole server.

A superuser is past every privilege and policy, and can run programs on the server's machine; so can members of
pg_execute_server_program, and those who may write the server's files. ALTER SYSTEM writes a file of the server: it is
for all its databases, outside of every transaction, and no rollback of a migration undoes it by itself. Managed
servers refuse both.

Give a role what it needs and no more: privileges, or one of the predefined roles such as pg_read_all_data. Leave
settings of the server to those who run it; ALTER DATABASE and ALTER ROLE … SET change them for one database or role.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Change, Grant
from surefoot_lint.actions.session import Other
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_add_keeper.sql": "CREATE ROLE example_cat_keeper SUPERUSER; -- ← SE205",
    "rollback_001.sql": "DROP ROLE IF EXISTS example_cat_keeper;",
}
GOOD = "GRANT pg_read_all_stats TO CURRENT_USER;"
AS_SUPERUSER = ("pg_execute_server_program", "pg_write_server_files", "pg_read_server_files")


@rule("SE205", "superuser-or-alter-system", Level.ERROR)
def superuser_or_alter_system(moment: Moment[Change | Grant | Other]) -> Iterator[Found]:
    """Find what makes superusers, and ALTER SYSTEM; a rollback may put back what was there."""
    action = moment.action
    if isinstance(action, Other):
        if action.words == "alter system":
            message = "ALTER SYSTEM changes the whole server, and stays when the migration fails"
            yield moment.found(
                message, "ALTER DATABASE … SET, or leave it to those who run the server", object="server"
            )
    elif moment.is_rollback:
        return
    elif isinstance(action, Grant):
        powers = [of.name for of in action.objects if of.kind == "role" and of.name in AS_SUPERUSER]
        if powers and not action.revoke:
            message = f"{' and '.join(action.grantees)} can become a superuser by {powers[0]}"
            yield moment.found(message, "grant what it needs and no more", object=f"role {action.grantees[0]}")
    elif action.object.kind == "role" and action.aspect == "superuser" and action.value == "true":
        yield moment.found(f"{action.object} is a superuser", "grant what it needs and no more")
