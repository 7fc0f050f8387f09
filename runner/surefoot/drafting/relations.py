"""Statements that make tables and views, or change them in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from surefoot.drafting.schema import Column, Relation

KINDS = {"r": "TABLE", "p": "TABLE", "f": "FOREIGN TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW"}
REPLICA = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}
INDENT = "\n    "


def make_relation(name: str, wanted: Relation) -> list[str]:
    """Write what makes a table with its columns, or a view; what else belongs to it is made apart."""
    settings = f" WITH ({', '.join(wanted.options)})" if wanted.options else ""
    if wanted.query is not None:
        populated = " WITH NO DATA" if wanted.kind == "m" and not wanted.populated else ""
        return [
            f"CREATE {KINDS[wanted.kind]} {name}{settings} AS\n{wanted.query}{populated}",
            *_view_defaults(name, wanted),
        ]
    words = [f"CREATE {'UNLOGGED ' if wanted.unlogged else ''}{KINDS[wanted.kind]} {name}"]
    if wanted.of:
        words.append(f"OF {wanted.of}")
    else:
        inner = f",{INDENT}".join(_defined(column) for column in wanted.columns)
        words.append(f"({INDENT}{inner}\n)" if inner else "()")
    words += [f"PARTITION BY {wanted.key}"] if wanted.key else []
    words += [f"USING {wanted.method}"] if wanted.method not in (None, "heap") else []
    words += [settings.strip()] if settings else []
    words += [f"SERVER {wanted.server}"] if wanted.server else []
    words += [f"OPTIONS ({', '.join(wanted.server_options)})"] if wanted.server_options else []
    columns = [line for column in wanted.columns for line in _settings(name, None, column)]
    if wanted.of:
        columns += [line for one in wanted.columns for line in _change_inside(name, _bare(one), one)]
    flags = Relation(**{field.name: getattr(wanted, field.name) for field in fields(Relation)} | FLAGLESS)
    return [" ".join(words), *columns, *_flags(name, flags, wanted)]


FLAGLESS = {"row_security": False, "forced": False, "replica_identity": "d"}


def attach(name: str, wanted: Relation) -> list[str]:
    """Write what makes a table a partition, or a heir, of others: once it has all that these ask for."""
    if wanted.bound:
        return [f"ALTER TABLE {wanted.parents[0]} ATTACH PARTITION {name} {wanted.bound}"]
    return [f"ALTER TABLE {name} INHERIT {parent}" for parent in wanted.parents]


def change_relation(name: str, live: Relation, wanted: Relation) -> list[str] | None:
    """Write what changes a table or view in place, or nothing where that cannot be."""
    kind = KINDS[wanted.kind]
    if wanted.kind == "v":
        settings = f" WITH ({', '.join(wanted.options)})" if wanted.options else ""
        same_columns = [(c.name, c.type) for c in live.columns] == [(c.name, c.type) for c in wanted.columns]
        return [f"CREATE OR REPLACE VIEW {name}{settings} AS\n{wanted.query}"] if same_columns else None
    if wanted.kind == "m":
        return _refreshed(name, live, wanted)
    if (live.kind, live.key, live.server) != (wanted.kind, wanted.key, wanted.server):
        return None
    lines = (
        [f"ALTER TABLE {name} SET {'UNLOGGED' if wanted.unlogged else 'LOGGED'}"]
        if live.unlogged != wanted.unlogged
        else []
    )
    if live.of != wanted.of:
        lines += [f"ALTER TABLE {name} OF {wanted.of}" if wanted.of else f"ALTER TABLE {name} NOT OF"]
    if live.method != wanted.method:
        lines += [f"ALTER TABLE {name} SET ACCESS METHOD {wanted.method or 'DEFAULT'}"]
    lines += _settings_of(f"ALTER {kind} {name}", live.options, wanted.options)
    lines += (
        [f"ALTER {kind} {name} {_options(live.server_options, wanted.server_options)}"]
        if live.server_options != wanted.server_options
        else []
    )
    if (live.parents, live.bound) != (wanted.parents, wanted.bound):
        lines += _detached(name, live, wanted)
    return [*lines, *_flags(name, live, wanted)]


def make_column(table: str, wanted: Relation, column: Column) -> list[str]:
    """Write what adds a column."""
    kind = KINDS[wanted.kind]
    added = f"ALTER {kind} {table} ADD COLUMN {_defined(column)}"
    return [added, *_settings(table, None, column)]


def change_column(table: str, relation: Relation, live: Column, wanted: Column) -> list[str] | None:
    """Write what changes a column in place, or nothing where it would have to be made anew."""
    if relation.kind in ("v", "m"):
        if (live.type, live.collation) != (wanted.type, wanted.collation):
            return None
        return _default(f"ALTER {KINDS[relation.kind]} {table} ALTER COLUMN {wanted.name}", wanted.default)
    if live.generated != wanted.generated:
        return None
    return _change_inside(table, live, wanted, KINDS[relation.kind])


def _bare(column: Column) -> Column:
    values = {field.name: getattr(column, field.name) for field in fields(Column)}
    return Column(**values | {"not_null": None, "default": None, "identity": None, "valid": True, "inheritable": True})


def _change_inside(table: str, live: Column, wanted: Column, kind: str = "TABLE") -> list[str]:
    alter = f"ALTER {kind} {table} ALTER COLUMN {wanted.name}"
    lines: list[str] = []
    is_retyped = (live.type, live.collation) != (wanted.type, wanted.collation)
    if live.default and (is_retyped or live.default != wanted.default):
        lines.append(f"{alter} DROP DEFAULT")
    if live.identity and not wanted.identity:
        lines.append(f"{alter} DROP IDENTITY")
    if is_retyped:
        collation = f" COLLATE {wanted.collation}" if wanted.collation else ""
        lines.append(f"{alter} TYPE {wanted.type}{collation}")
    if wanted.default and (is_retyped or live.default != wanted.default):
        lines.append(f"{alter} SET DEFAULT {wanted.default}")
    lines += _nullness(table, alter, live, wanted, kind)
    if wanted.identity and live.identity != wanted.identity:
        how = "SET GENERATED {}" if live.identity else "ADD GENERATED {} AS IDENTITY"
        lines.append(f"{alter} {how.format(wanted.identity)}")
    return [*lines, *_settings(table, live, wanted, kind)]


def _nullness(table: str, alter: str, live: Column, wanted: Column, kind: str) -> Iterator[str]:
    now = (bool(live.not_null), live.valid, live.inheritable)
    if now == (bool(wanted.not_null), wanted.valid, wanted.inheritable):
        return
    if live.not_null:
        yield f"{alter} DROP NOT NULL"
    if wanted.not_null and wanted.valid and wanted.inheritable:
        yield f"{alter} SET NOT NULL"
    elif wanted.not_null:
        yield _odd_not_null(table, wanted, kind)


def _odd_not_null(table: str, column: Column, kind: str) -> str:
    """Write NOT NULL as a constraint of its own, which may be NO INHERIT or NOT VALID."""
    constraint, _, options = (column.not_null or "").partition("NOT NULL")
    valid = "" if column.valid else " NOT VALID"
    return f"ALTER {kind} {table} ADD {constraint}NOT NULL {column.name}{options}{valid}"


def _defined(column: Column) -> str:
    words = [column.name, column.type]
    words += [f"OPTIONS ({', '.join(column.server_options)})"] if column.server_options else []
    words += [f"COLLATE {column.collation}"] if column.collation else []
    words += [column.not_null] if column.not_null and column.valid else []
    words += [f"GENERATED {column.identity} AS IDENTITY ({column.sequence})"] if column.identity else []
    words += [f"GENERATED ALWAYS AS {column.generated}"] if column.generated else []
    words += [f"DEFAULT {column.default}"] if column.default else []
    return " ".join(words)


def _settings(table: str, live: Column | None, wanted: Column, kind: str = "TABLE") -> list[str]:
    """Write what sets how a column is stored and measured; of a new one, what differs from its type's way."""
    alter = f"ALTER {kind} {table} ALTER COLUMN {wanted.name}"
    lines = []
    if wanted.storage != live.storage if live else wanted.has_own_storage:
        lines.append(f"{alter} SET STORAGE {wanted.storage}")
    if wanted.compression != (live.compression if live else None):
        lines.append(f"{alter} SET COMPRESSION {wanted.compression or 'default'}")
    if wanted.statistics != (live.statistics if live else None):
        lines.append(f"{alter} SET STATISTICS {-1 if wanted.statistics is None else wanted.statistics}")
    lines += _settings_of(alter, live.options if live else [], wanted.options)
    if live and live.server_options != wanted.server_options:
        lines.append(f"{alter} {_options(live.server_options, wanted.server_options)}")
    if live is None and wanted.not_null and not wanted.valid:
        lines.append(_odd_not_null(table, wanted, kind))
    return lines


def _settings_of(alter: str, live: list[str], wanted: list[str]) -> list[str]:
    kept = {one.partition("=")[0] for one in wanted}
    gone = [name for name in (one.partition("=")[0] for one in live) if name not in kept]
    lines = [f"{alter} RESET ({', '.join(gone)})"] if gone else []
    new = [one for one in wanted if one not in live]
    return lines + ([f"{alter} SET ({', '.join(new)})"] if new else [])


def _options(live: list[str], wanted: list[str]) -> str:
    """Write OPTIONS that change those of a foreign object: pairs of a name and a literal."""
    now = dict(one.split(" ", 1) for one in live)
    then = dict(one.split(" ", 1) for one in wanted)
    parts = [f"DROP {name}" for name in now if name not in then]
    parts += [
        f"{'SET' if name in now else 'ADD'} {name} {value}" for name, value in then.items() if now.get(name) != value
    ]
    return f"OPTIONS ({', '.join(parts)})"


def _default(alter: str, default: str | None) -> list[str]:
    return [f"{alter} SET DEFAULT {default}" if default else f"{alter} DROP DEFAULT"]


def _view_defaults(name: str, wanted: Relation) -> list[str]:
    columns = [column for column in wanted.columns if column.default]
    return [f"ALTER VIEW {name} ALTER COLUMN {column.name} SET DEFAULT {column.default}" for column in columns]


def _refreshed(name: str, live: Relation, wanted: Relation) -> list[str] | None:
    if (live.query, live.method) != (wanted.query, wanted.method):
        return None
    lines = _settings_of(f"ALTER MATERIALIZED VIEW {name}", live.options, wanted.options)
    if live.populated != wanted.populated:
        lines.append(f"REFRESH MATERIALIZED VIEW {name}{'' if wanted.populated else ' WITH NO DATA'}")
    return lines


def _detached(name: str, live: Relation, wanted: Relation) -> list[str]:
    lines = [f"ALTER TABLE {live.parents[0]} DETACH PARTITION {name}"] if live.bound else []
    if live.bound or wanted.bound:
        return lines + attach(name, wanted)
    lines += [f"ALTER TABLE {name} NO INHERIT {parent}" for parent in live.parents if parent not in wanted.parents]
    return lines + [f"ALTER TABLE {name} INHERIT {parent}" for parent in wanted.parents if parent not in live.parents]


def _flags(name: str, live: Relation, wanted: Relation) -> list[str]:
    lines = []
    if live.row_security != wanted.row_security:
        lines.append(f"ALTER TABLE {name} {'ENABLE' if wanted.row_security else 'DISABLE'} ROW LEVEL SECURITY")
    if live.forced != wanted.forced:
        lines.append(f"ALTER TABLE {name} {'FORCE' if wanted.forced else 'NO FORCE'} ROW LEVEL SECURITY")
    if live.replica_identity != wanted.replica_identity and wanted.replica_identity in REPLICA:
        lines.append(f"ALTER TABLE {name} REPLICA IDENTITY {REPLICA[wanted.replica_identity]}")
    return lines
